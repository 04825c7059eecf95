import type { CsrChunk } from '../../types.ts';
import { cleanChunk } from '../csr-chunk.ts';
import { CHUNK_CELLS, CHUNK_ENTRIES, SAMPLE_ENTRIES, TRANSPOSE_ENTRIES } from '../limits.ts';
import { joinNumbers, type Numbers } from '../numbers.ts';
import type { RowSource } from './node-tree.ts';

/** A matrix stored with its zeros. */
export class DenseMatrix {
  readonly #source: RowSource;
  readonly #at: string;
  readonly #nCells: number;
  readonly #nGenes: number;

  constructor(source: RowSource, at: string, { nCells, nGenes }: { nCells: number; nGenes: number }) {
    this.#source = source;
    this.#at = at;
    this.#nCells = nCells;
    this.#nGenes = nGenes;
  }

  /** Read in blocks along the chunks of the storage, so that none is unpacked twice where a block of them fits. */
  async *chunks(): AsyncGenerator<CsrChunk> {
    const size = this.#rowsFor(CHUNK_ENTRIES);
    const stored = this.#source.info(this.#at).chunk?.[0] ?? size;
    const block = stored * this.#nGenes <= TRANSPOSE_ENTRIES ? stored * Math.max(1, Math.floor(size / stored)) : size;
    for (let first = 0; first < this.#nCells; first += block) {
      const last = Math.min(this.#nCells, first + block);
      const rows = await this.#source.rows(this.#at, first, last);
      for (let start = first; start < last; start += size) {
        const end = Math.min(last, start + size);
        yield this.#compressed(start, end, rows, (start - first) * this.#nGenes);
      }
    }
  }

  /** Some rows from the beginning, middle and end. */
  async sample(): Promise<Numbers> {
    const third = this.#rowsFor(Math.ceil(SAMPLE_ENTRIES / 3));
    if (this.#nCells <= 3 * third) return this.#source.rows(this.#at, 0, this.#nCells);
    const parts: Numbers[] = [];
    for (const start of [0, Math.floor((this.#nCells - third) / 2), this.#nCells - third]) {
      parts.push(await this.#source.rows(this.#at, start, start + third));
    }
    return joinNumbers(parts);
  }

  #compressed(start: number, end: number, rows: Numbers, from: number): CsrChunk {
    const nEntries = (end - start) * this.#nGenes;
    const offsets = new Float64Array(end - start + 1);
    const genes = new Int32Array(nEntries);
    const values = new Float64Array(nEntries);
    let at = 0;
    for (let cell = 0; cell < end - start; cell++) {
      for (let gene = 0; gene < this.#nGenes; gene++) {
        const value = rows[from + cell * this.#nGenes + gene];
        if (value === 0) continue;
        genes[at] = gene;
        values[at++] = value;
      }
      offsets[cell + 1] = at;
    }
    return cleanChunk({ file: this.#source.name, matrix: this.#at }, start, this.#nGenes, offsets, genes, values);
  }

  #rowsFor(entries: number): number {
    return Math.max(1, Math.min(CHUNK_CELLS, Math.floor(entries / Math.max(1, this.#nGenes))));
  }
}
