import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk, ObsColumn } from '../../types.ts';
import { MAX_CELLS, MAX_ENTRIES, MAX_GENES, SAMPLE_ENTRIES } from '../limits.ts';
import { noSuchColumn, noSuchMatrix } from '../missing.ts';
import type { Place } from '../place.ts';
import type { FileGenes, MatrixInfo, OpenDataset, Reader } from '../reader.ts';
import { transposed } from '../transpose.ts';
import { readEntries, readHeader, type MatrixMarketHeader } from './matrix-market.ts';
import { readTsv } from './text-files.ts';

export const MATRIX_FILE = /^(.*)matrix\.mtx(\.gz)?$/;
const MATRIX = 'matrix';

/** A folder with matrix, features (or genes) and barcodes as Cell Ranger writes it, compressed or not. */
export const tenxMtxReader: Reader = {
  format: '10x-mtx',
  async sniff(place) {
    return (await findMatrices(place)).length > 0;
  },
  async open(place) {
    const { name } = place;
    const found = await findMatrices(place);
    if (found.length !== 1) {
      throw new WorkbenchError(
        'data-format',
        `${name}: it holds ${found.length} matrices (${found.map((file) => file.name).join(', ')}), one is expected; choose one of these files.`,
      );
    }
    const [matrixFile] = found;
    const genesFile = await companion(name, matrixFile, ['features.tsv', 'genes.tsv']);
    const barcodesFile = await companion(name, matrixFile, ['barcodes.tsv']);
    const header = await readHeader(matrixFile);
    const version = /features\.tsv/.test(genesFile.name) ? 'v3' : 'v2';
    return new OpenTenxMtx(name, version, matrixFile, header, await readTsv(genesFile), await readTsv(barcodesFile));
  },
};

class OpenTenxMtx implements OpenDataset {
  readonly format = '10x-mtx';
  readonly name: string;
  readonly version: string;
  readonly matrices: readonly MatrixInfo[];
  readonly needsGenome = null;
  readonly warnings: readonly string[] = [];
  readonly #matrixFile: Place;
  readonly #header: MatrixMarketHeader;
  readonly #genes: string[][];
  readonly #barcodes: string[];

  constructor(
    name: string,
    version: string,
    matrixFile: Place,
    header: MatrixMarketHeader,
    genes: string[][],
    barcodes: string[][],
  ) {
    this.name = name;
    this.version = version;
    this.#matrixFile = matrixFile;
    this.#header = header;
    this.#genes = genes;
    this.#barcodes = barcodes.map(([barcode]) => barcode);
    const { nRows, nColumns, nEntries } = header;
    if (nColumns > MAX_CELLS || nRows > MAX_GENES || nEntries > MAX_ENTRIES) {
      throw this.#bad(`a shape of ${nRows} × ${nColumns} with ${nEntries} entries is absurd`);
    }
    if (nRows !== genes.length || nColumns !== barcodes.length) {
      const isTurned = nRows === barcodes.length && nColumns === genes.length;
      throw this.#bad(
        `the matrix is ${nRows} × ${nColumns}, there are ${genes.length} genes and ${barcodes.length} barcodes${isTurned ? ' (genes × cells is expected, this is turned around)' : ''}`,
      );
    }
    this.matrices = [{ name: MATRIX, storage: 'csr', nCells: nColumns, nGenes: nRows }];
  }

  cellIds(): string[] {
    return this.#barcodes;
  }

  obsNames(): string[] {
    return [];
  }

  obsColumn(name: string): ObsColumn {
    throw noSuchColumn(this.name, name, []);
  }

  genes(matrix: string): FileGenes {
    this.#require(matrix);
    const hasNames = this.#genes.every((fields) => fields.length > 1);
    const hasTypes = this.#genes.every((fields) => fields.length > 2);
    const first = this.#genes.map(([id]) => id);
    return {
      names: hasNames ? this.#genes.map((fields) => fields[1]) : first,
      ids: hasNames ? first : null,
      featureTypes: hasTypes ? this.#genes.map((fields) => fields[2]) : null,
    };
  }

  chunks(matrix: string): AsyncIterable<CsrChunk> {
    this.#require(matrix);
    const { nRows, nColumns } = this.#header;
    const origin = { file: this.name, matrix: this.#matrixFile.name };
    return transposed(origin, nColumns, nRows, () => readEntries(this.#matrixFile, this.#header));
  }

  async sample(matrix: string): Promise<ArrayLike<number>> {
    this.#require(matrix);
    const values: number[] = [];
    for await (const batch of readEntries(this.#matrixFile, this.#header)) {
      for (let i = 0; i < batch.values.length && values.length < SAMPLE_ENTRIES; i++) values.push(batch.values[i]);
      if (values.length >= SAMPLE_ENTRIES) break;
    }
    return values;
  }

  close(): void {}

  #require(matrix: string): void {
    if (matrix !== MATRIX) throw noSuchMatrix(this.name, matrix, this.matrices);
  }

  #bad(fact: string): WorkbenchError {
    return new WorkbenchError('data-format', `${this.name}: ${fact}; check that the three files belong together.`);
  }
}

/** Matrix files of a folder, or the file itself when that was chosen. */
async function findMatrices(place: Place): Promise<Place[]> {
  if (place.kind === 'file') return MATRIX_FILE.test(place.name) ? [place] : [];
  const found = (await place.children()).filter(({ kind, name }) => kind === 'file' && MATRIX_FILE.test(name));
  const names = found.map(({ name }) => name);
  // The same matrix with and without compression counts once.
  return found.filter(({ name }) => !name.endsWith('.gz') || !names.includes(name.replace(/\.gz$/, '')));
}

async function companion(name: string, matrixFile: Place, endings: readonly string[]): Promise<Place> {
  const prefix = MATRIX_FILE.exec(matrixFile.name)![1];
  for (const ending of endings) {
    for (const candidate of [`${ending}.gz`, ending]) {
      const file = await matrixFile.sibling(prefix + candidate);
      if (file?.kind === 'file') return file;
    }
  }
  throw new WorkbenchError(
    'not-found',
    `${name}: ${prefix}${endings.join(' or ')} (or .gz) is missing beside the matrix; copy all three files into one folder.`,
  );
}
