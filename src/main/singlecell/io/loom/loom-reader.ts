import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk, ObsColumn } from '../../types.ts';
import { genesOfFrame } from '../anndata/gene-names.ts';
import { columnFromTexts } from '../columns.ts';
import { H5File } from '../hdf5/file.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { MAX_CELLS, MAX_GENES } from '../limits.ts';
import { noSuchColumn, noSuchMatrix } from '../missing.ts';
import type { Numbers } from '../numbers.ts';
import type { FileGenes, MatrixInfo, OpenDataset, Reader } from '../reader.ts';
import { decodeEntities } from './entities.ts';
import { GeneMajorMatrix } from './gene-major-matrix.ts';

/** Loom files of version 2 and 3, as loompy, velocyto and scanpy write them. */
export const loomReader: Reader = {
  format: 'loom',
  async sniff(place) {
    if (!(await isHdf5(place))) return false;
    const file = await H5File.open(place);
    try {
      return (
        file.kind('matrix') === 'dataset' && file.kind('row_attrs') === 'group' && file.kind('col_attrs') === 'group'
      );
    } finally {
      file.close();
    }
  },
  async open(place) {
    const file = await H5File.open(place);
    try {
      return new OpenLoom(file);
    } catch (thrown) {
      file.close();
      throw thrown;
    }
  },
};

/** What writers call the names of cells and of genes, most usual first. */
const CELL_NAMES = ['CellID', 'obs_names', 'cell_id', 'Barcode', 'barcode', 'cell_names', 'CellIDs', '_index', 'index'];
const GENE_NAMES = ['Gene', 'var_names', 'gene_name', 'gene_names', 'Symbol', 'Name', '_index', 'index', 'Accession'];

interface Found extends MatrixInfo {
  source: GeneMajorMatrix;
}

class OpenLoom implements OpenDataset {
  readonly format = 'loom';
  readonly name: string;
  readonly matrices: readonly Found[];
  readonly needsGenome = null;
  readonly warnings: string[] = [];
  readonly #file: H5File;
  readonly #nCells: number;
  readonly #nGenes: number;
  readonly #columns: string[];
  readonly #cellNames: string | undefined;
  readonly #hasEntities: boolean;

  constructor(file: H5File) {
    this.#file = file;
    this.name = file.name;
    this.#hasEntities = versionOf(file) < 3;
    const { shape } = file.info('matrix');
    const [nGenes, nCells] = shape;
    if (shape.length !== 2) throw file.damaged('matrix', 'its shape is not genes × cells');
    if (nCells > MAX_CELLS || nGenes > MAX_GENES)
      throw file.damaged('matrix', `its shape of ${nGenes} × ${nCells} is absurd`);
    this.#nCells = nCells;
    this.#nGenes = nGenes;
    this.matrices = ['matrix', ...file.keys('layers').map((key) => `layers/${key}`)].flatMap((at) => this.#find(at));
    if (this.matrices.length === 0) {
      throw new WorkbenchError(
        'data-format',
        `${this.name}: matrix and layers hold no numbers, counts of genes × cells are expected; write the loom file anew.`,
      );
    }
    const present = file.keys('col_attrs').filter((name) => file.kind(`col_attrs/${name}`) === 'dataset');
    this.#cellNames = CELL_NAMES.find((name) => present.includes(name));
    const isList = (name: string) => file.info(`col_attrs/${name}`).shape.length === 1;
    this.#columns = present.filter((name) => name !== this.#cellNames && isList(name));
    const tables = present.filter((name) => !isList(name));
    if (tables.length > 0) {
      this.warnings.push(`Attributes with several values for each cell were left out: ${tables.join(', ')}.`);
    }
    if (this.#cellNames === undefined) {
      this.warnings.push('The file has no names of cells (col_attrs/CellID); they were numbered.');
    }
  }

  cellIds(): string[] {
    if (this.#cellNames === undefined) return Array.from({ length: this.#nCells }, (_, i) => String(i + 1));
    return this.#texts(`col_attrs/${this.#cellNames}`, this.#nCells);
  }

  obsNames(): string[] {
    return this.#columns;
  }

  obsColumn(name: string): ObsColumn {
    if (!this.#columns.includes(name)) throw noSuchColumn(this.name, name, this.#columns);
    const at = `col_attrs/${name}`;
    const { type } = this.#file.info(at);
    if (type === 'string') return columnFromTexts(name, this.#texts(at, this.#nCells));
    const values = this.#checked(at, this.#file.numbers(at), this.#nCells);
    if (type === 'boolean') return { name, kind: 'boolean', values: Int8Array.from(values) };
    return { name, kind: 'number', values: Float64Array.from(values) };
  }

  genes(matrix: string): FileGenes {
    this.#matrix(matrix);
    const texts = (name: string): string[] | null => {
      const at = `row_attrs/${name}`;
      const isList = this.#file.kind(at) === 'dataset' && this.#file.info(at).shape.length === 1;
      return isList ? this.#texts(at, this.#nGenes) : null;
    };
    const index = () => {
      const named = GENE_NAMES.map(texts).find((names) => names !== null);
      if (!named) throw this.#file.damaged('row_attrs', 'the names of the genes (row_attrs/Gene) are missing');
      return named;
    };
    return genesOfFrame({ index, texts });
  }

  chunks(matrix: string): AsyncIterable<CsrChunk> {
    return this.#matrix(matrix).source.chunks();
  }

  async sample(matrix: string): Promise<Numbers> {
    return this.#matrix(matrix).source.sample();
  }

  close(): void {
    this.#file.close();
  }

  #find(at: string): Found[] {
    const { shape, type } = this.#file.info(at);
    if (type !== 'number' && type !== 'float') {
      this.warnings.push(`${at} is not a matrix of numbers and was left out.`);
      return [];
    }
    const [nGenes, nCells] = [this.#nGenes, this.#nCells];
    if (shape.length !== 2 || shape[0] !== nGenes || shape[1] !== nCells) {
      throw this.#file.damaged(at, `it has ${shape.join(' × ')} entries for ${nGenes} genes and ${nCells} cells`);
    }
    const source = new GeneMajorMatrix(this.#file, at, { nCells, nGenes });
    return [{ name: at, storage: 'dense', nCells, nGenes, source }];
  }

  #texts(at: string, length: number): string[] {
    if (this.#file.info(at).type !== 'string') {
      return this.#checked(at, Array.from(this.#file.numbers(at), String), length);
    }
    const texts = this.#checked(at, this.#file.strings(at), length);
    return this.#hasEntities ? texts.map(decodeEntities) : texts;
  }

  #checked<T extends { length: number }>(at: string, values: T, length: number): T {
    if (values.length === length) return values;
    throw this.#file.damaged(
      at,
      `it has ${values.length} values for ${length} ${at.startsWith('row') ? 'genes' : 'cells'}`,
    );
  }

  #matrix(name: string): Found {
    const found = this.matrices.find((matrix) => matrix.name === name);
    if (!found) throw noSuchMatrix(this.name, name, this.matrices);
    return found;
  }
}

/** Version 3 keeps it as a dataset, older ones as an attribute of the file or nowhere. */
function versionOf(file: H5File): number {
  const at = 'attrs/LOOM_SPEC_VERSION';
  const isText = file.kind(at) === 'dataset' && file.info(at).type === 'string';
  const version = isText ? file.strings(at)[0] : file.attribute('/', 'LOOM_SPEC_VERSION');
  return Number.parseInt(String(version ?? 2), 10);
}
