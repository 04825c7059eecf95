import type { CsrChunk } from '../../types.ts';
import { cleanChunk } from '../csr-chunk.ts';
import type { H5File } from '../hdf5/file.ts';
import { CHUNK_CELLS, CHUNK_ENTRIES, SAMPLE_ENTRIES, TRANSPOSE_ENTRIES } from '../limits.ts';
import { joinNumbers, type Numbers } from '../numbers.ts';
import { transposed, type EntryBatch } from '../transpose.ts';

/** A dense genes × cells matrix of an HDF5 file, given by cell. */
export class GeneMajorMatrix {
  readonly #file: H5File;
  readonly #at: string;
  readonly #nCells: number;
  readonly #nGenes: number;
  readonly #maxEntries: number;

  /** Holds at most `maxEntries` values at once. */
  constructor(
    file: H5File,
    at: string,
    { nCells, nGenes }: { nCells: number; nGenes: number },
    maxEntries: number = TRANSPOSE_ENTRIES,
  ) {
    this.#file = file;
    this.#at = at;
    this.#nCells = nCells;
    this.#nGenes = nGenes;
    this.#maxEntries = maxEntries;
  }

  /**
   * Cells in order.
   *
   * Note: blocks of whole columns of storage chunks unpack each chunk once. Where a single column of chunks is more than
   * is held, the matrix is read by gene and transposed instead.
   */
  chunks(): AsyncGenerator<CsrChunk> {
    const stored = this.#file.info(this.#at).chunk?.[1] ?? 1;
    if (stored * this.#nGenes > this.#maxEntries) {
      return transposed(this.#origin(), this.#nCells, this.#nGenes, () => this.#entries(), this.#maxEntries);
    }
    const wanted = Math.min(CHUNK_CELLS, Math.floor(CHUNK_ENTRIES / Math.max(1, this.#nGenes)));
    return this.#byCell(stored * Math.max(1, Math.floor(wanted / stored)));
  }

  /** All genes of some cells from the beginning, middle and end. */
  async sample(): Promise<Numbers> {
    const third = Math.max(1, Math.floor(SAMPLE_ENTRIES / 3 / Math.max(1, this.#nGenes)));
    if (this.#nCells <= 3 * third) return this.#cells(0, this.#nCells);
    const starts = [0, Math.floor((this.#nCells - third) / 2), this.#nCells - third];
    return joinNumbers(starts.map((start) => this.#cells(start, start + third)));
  }

  async *#byCell(size: number): AsyncGenerator<CsrChunk> {
    for (let start = 0; start < this.#nCells; start += size) {
      const end = Math.min(this.#nCells, start + size);
      const nCells = end - start;
      const block = this.#cells(start, end);
      const offsets = new Float64Array(nCells + 1);
      for (let i = 0; i < block.length; i++) if (block[i] !== 0) offsets[(i % nCells) + 1]++;
      for (let cell = 0; cell < nCells; cell++) offsets[cell + 1] += offsets[cell];
      const next = offsets.slice(0, nCells);
      const genes = new Int32Array(offsets[nCells]);
      const values = new Float64Array(offsets[nCells]);
      for (let gene = 0, i = 0; gene < this.#nGenes; gene++) {
        for (let cell = 0; cell < nCells; cell++, i++) {
          if (block[i] === 0) continue;
          const at = next[cell]++;
          genes[at] = gene;
          values[at] = block[i];
        }
      }
      yield cleanChunk(this.#origin(), start, this.#nGenes, offsets, genes, values);
    }
  }

  async *#entries(): AsyncGenerator<EntryBatch> {
    const size = Math.max(1, Math.floor(CHUNK_ENTRIES / Math.max(1, this.#nCells)));
    for (let start = 0; start < this.#nGenes; start += size) {
      const rows = this.#file.numbers(this.#at, start, Math.min(this.#nGenes, start + size));
      let filled = 0;
      for (const value of rows) if (value !== 0) filled++;
      const batch = { genes: new Int32Array(filled), cells: new Int32Array(filled), values: new Float64Array(filled) };
      for (let i = 0, at = 0; i < rows.length; i++) {
        if (rows[i] === 0) continue;
        batch.genes[at] = start + Math.floor(i / this.#nCells);
        batch.cells[at] = i % this.#nCells;
        batch.values[at++] = rows[i];
      }
      yield batch;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #cells(start: number, end: number): Numbers {
    return this.#file.block(this.#at, [0, this.#nGenes], [start, end]);
  }

  #origin() {
    return { file: this.#file.name, matrix: this.#at };
  }
}
