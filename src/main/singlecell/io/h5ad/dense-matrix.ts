import type { CsrChunk } from '../../types.ts';
import { cleanChunk } from '../csr-chunk.ts';
import type { H5File, Numbers } from '../hdf5/file.ts';
import { CHUNK_CELLS, CHUNK_ENTRIES, SAMPLE_ENTRIES } from '../limits.ts';

/** A matrix stored with its zeros. */
export class DenseMatrix {
  readonly #file: H5File;
  readonly #path: string;
  readonly #name: string;
  readonly #nCells: number;
  readonly #nGenes: number;

  constructor(file: H5File, path: string, name: string, { nCells, nGenes }: { nCells: number; nGenes: number }) {
    this.#file = file;
    this.#path = path;
    this.#name = name;
    this.#nCells = nCells;
    this.#nGenes = nGenes;
  }

  async *chunks(): AsyncGenerator<CsrChunk> {
    const origin = { file: this.#file.name, matrix: this.#name };
    const size = this.#rowsFor(CHUNK_ENTRIES);
    for (let start = 0; start < this.#nCells; start += size) {
      const end = Math.min(this.#nCells, start + size);
      const block = this.#file.numbers(this.#path, start, end);
      const offsets = new Float64Array(end - start + 1);
      const genes = new Int32Array(block.length);
      const values = new Float64Array(block.length);
      let at = 0;
      for (let cell = 0; cell < end - start; cell++) {
        for (let gene = 0; gene < this.#nGenes; gene++) {
          const value = block[cell * this.#nGenes + gene];
          if (value === 0) continue;
          genes[at] = gene;
          values[at++] = value;
        }
        offsets[cell + 1] = at;
      }
      yield cleanChunk(origin, start, this.#nGenes, offsets, genes, values);
    }
  }

  sample(): Numbers[] {
    const third = this.#rowsFor(Math.ceil(SAMPLE_ENTRIES / 3));
    if (this.#nCells <= 3 * third) return [this.#file.numbers(this.#path, 0, this.#nCells)];
    const starts = [0, Math.floor((this.#nCells - third) / 2), this.#nCells - third];
    return starts.map((start) => this.#file.numbers(this.#path, start, start + third));
  }

  #rowsFor(entries: number): number {
    return Math.max(1, Math.min(CHUNK_CELLS, Math.floor(entries / Math.max(1, this.#nGenes))));
  }
}
