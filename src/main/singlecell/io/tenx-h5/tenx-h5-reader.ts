import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk, ObsColumn } from '../../types.ts';
import { CompressedMatrix } from '../compressed-matrix.ts';
import { H5File } from '../hdf5/file.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { MAX_CELLS, MAX_GENES } from '../limits.ts';
import { noSuchColumn, noSuchMatrix } from '../missing.ts';
import type { Numbers } from '../numbers.ts';
import type { FileGenes, MatrixInfo, OpenDataset, OpenOptions, Reader } from '../reader.ts';
import type { RowAccess } from '../row-lists.ts';
import { isMoleculeInfo, onlyOtherFeatures, readLayout, unfilteredWarning, type TenxLayout } from './layout.ts';

/** Cell Ranger HDF5: version 2 (one group per genome) and 3 (one matrix with features). */
export const tenxH5Reader: Reader = {
  format: '10x-h5',
  async sniff(place) {
    if (!(await isHdf5(place))) return false;
    const file = await H5File.open(place);
    try {
      return readLayout(file) !== null || isMoleculeInfo(file);
    } finally {
      file.close();
    }
  },
  async open(place, options) {
    const file = await H5File.open(place);
    try {
      return new OpenTenxH5(file, options);
    } catch (thrown) {
      file.close();
      throw thrown;
    }
  },
};

interface Found extends MatrixInfo {
  group: string;
  source: CompressedMatrix;
}

class OpenTenxH5 implements OpenDataset {
  readonly format = '10x-h5';
  readonly name: string;
  readonly matrices: readonly Found[];
  readonly warnings: string[] = [];
  readonly #file: H5File;
  readonly #layout: TenxLayout;
  readonly #genome: string | undefined;

  constructor(file: H5File, { genome }: OpenOptions) {
    this.#file = file;
    this.name = file.name;
    const layout = readLayout(file);
    if (!layout) {
      throw new WorkbenchError(
        'data-format',
        `${this.name}: it lists single molecules (molecule_info.h5), a matrix of cells and genes is expected; choose filtered_feature_bc_matrix.h5 of the same run.`,
      );
    }
    this.#layout = layout;
    this.#genome = genome;
    if (genome !== undefined && !layout.genomes.includes(genome)) {
      throw new WorkbenchError(
        'not-found',
        `${this.name}: it has no genome "${genome}"; it has ${layout.genomes.join(', ')}.`,
      );
    }
    const groups = layout.version === 3 ? ['matrix'] : layout.genomes.filter((name) => (genome ?? name) === name);
    this.matrices = groups.map((group) => this.#find(group));
    if (genome === undefined && layout.genomes.length > 1) {
      this.warnings.push(
        `The file holds several genomes: ${layout.genomes.join(', ')}; choose one with Genome, or Species both for a dataset of each.`,
      );
    }
    const kinds = layout.version === 3 ? onlyOtherFeatures(this.#texts('matrix/features/feature_type')) : null;
    if (kinds) {
      throw new WorkbenchError(
        'unsupported',
        `${this.name}: its features are ${kinds.join(', ')}, genes (Gene Expression) are expected; choose the file of the gene expression library.`,
      );
    }
    for (const { group } of this.matrices) {
      const warning = unfilteredWarning(file.numbers(`${group}/indptr`));
      if (warning) this.warnings.push(warning);
    }
  }

  get version(): string {
    return `v${this.#layout.version}`;
  }

  get needsGenome(): string[] | null {
    return this.#genome === undefined && this.#layout.genomes.length > 1 ? this.#layout.genomes : null;
  }

  cellIds(): string[] {
    return this.#file.strings(`${this.matrices[0].group}/barcodes`);
  }

  obsNames(): string[] {
    return [];
  }

  obsColumn(name: string): ObsColumn {
    throw noSuchColumn(this.name, name, []);
  }

  genes(matrix: string): FileGenes {
    const { group, nGenes } = this.#matrix(matrix);
    const genes = this.#layout.version === 3 ? this.#features() : this.#genesOfGenome(group);
    for (const list of [genes.names, genes.ids, genes.featureTypes]) {
      if (list && list.length !== nGenes) {
        throw this.#file.damaged(group, `${list.length} gene names contradict ${nGenes} rows`);
      }
    }
    return genes;
  }

  chunks(matrix: string): AsyncIterable<CsrChunk> {
    return this.#matrix(matrix).source.chunks();
  }

  rowAccess(matrix: string): Promise<RowAccess | null> {
    return this.#matrix(matrix).source.rowAccess();
  }

  async sample(matrix: string): Promise<Numbers> {
    return this.#matrix(matrix).source.sample();
  }

  close(): void {
    this.#file.close();
  }

  #features(): FileGenes {
    const at = 'matrix/features';
    const featureTypes = this.#texts(`${at}/feature_type`);
    const genomes = this.#genome === undefined ? null : this.#texts(`${at}/genome`);
    const ids = this.#texts(`${at}/id`);
    const names = this.#texts(`${at}/name`) ?? ids ?? [];
    return {
      names,
      ids,
      // A gene of another genome is no feature of this one: only what is `Gene Expression` is read.
      featureTypes: genomes
        ? genomes.map((genome, i) => {
            const type = featureTypes?.[i] ?? 'Gene Expression';
            return genome === this.#genome || type !== 'Gene Expression' ? type : `genes of ${genome || 'no genome'}`;
          })
        : featureTypes,
    };
  }

  #genesOfGenome(group: string): FileGenes {
    const names = this.#texts(`${group}/gene_names`);
    const ids = this.#file.strings(`${group}/genes`);
    return { names: names ?? ids, ids, featureTypes: null };
  }

  #texts(at: string): string[] | null {
    return this.#file.kind(at) === 'dataset' ? this.#file.strings(at) : null;
  }

  #matrix(name: string): Found {
    const found = this.matrices.find((matrix) => matrix.name === name);
    if (!found) throw noSuchMatrix(this.name, name, this.matrices);
    return found;
  }

  #find(group: string): Found {
    const [nGenes, nCells] = this.#file.numbers(`${group}/shape`);
    if (![nGenes, nCells].every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
      throw this.#file.damaged(`${group}/shape`, 'it is not genes × cells');
    }
    if (nCells > MAX_CELLS || nGenes > MAX_GENES) {
      throw this.#file.damaged(group, `its shape of ${nGenes} × ${nCells} is absurd`);
    }
    const nBarcodes = this.#file.info(`${group}/barcodes`).shape[0];
    if (nBarcodes !== nCells) throw this.#file.damaged(group, `${nBarcodes} barcodes contradict ${nCells} columns`);
    // Genes × cells by column is cells × genes by row.
    const source = new CompressedMatrix(this.#file, group, { nCells, nGenes }, true);
    return { name: group, group, storage: 'csr', nCells, nGenes, source };
  }
}
