import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CellTokens } from '../cells.ts';

/** Mean contextual state of each gene over the cells that express it. */
export interface GeneMeans {
  /** Ascending. Shape: G. */
  readonly tokens: Int32Array;
  /** Cells each was averaged over. Shape: G. */
  readonly counts: Int32Array;
  /** Shape: G × width. */
  readonly means: Float32Array;
  /** Genes in fewer cells than asked for. */
  readonly leftOut: readonly { readonly token: number; readonly nCells: number }[];
}

/**
 * Sums the states of every gene wherever it stands in a cell.
 *
 * Source: spec/genecompass.md §4.3; the published code averages by position and names the positions after the first cell.
 * Note: only genes that will be kept have a sum, so memory is G × width × 8 bytes.
 */
export class GeneSums {
  readonly #width: number;
  readonly #counts: Int32Array;
  /** Row of the sums; -1 for a gene that is left out. */
  readonly #rowOf: Int32Array;
  readonly #tokens: Int32Array;
  readonly sums: Float64Array;

  constructor(cells: CellTokens, lengths: Int32Array, vocabularySize: number, width: number, minCells: number) {
    this.#width = width;
    this.#counts = new Int32Array(vocabularySize);
    for (let cell = 0; cell < cells.nCells; cell++) {
      const start = cells.offsets[cell];
      for (const token of cells.tokenIds.subarray(start, start + lengths[cell])) this.#counts[token]++;
    }
    this.#rowOf = new Int32Array(vocabularySize).fill(-1);
    const kept: number[] = [];
    this.#counts.forEach((count, token) => {
      if (count > 0 && count >= minCells) this.#rowOf[token] = kept.push(token) - 1;
    });
    this.#tokens = Int32Array.from(kept);
    this.sums = new Float64Array(kept.length * width);
  }

  /** Goes on from the sums of an earlier run. Throws: conflict when they are of other genes. */
  restore(sums: Float64Array): void {
    if (sums.length !== this.sums.length) {
      throw new WorkbenchError('conflict', 'embeddings: the saved sums belong to other cells; start again.');
    }
    this.sums.set(sums);
  }

  /** States of one cell: token i has row i of `states`. Shape: n, n × width. */
  add(tokenIds: Int32Array, states: Float32Array): void {
    const width = this.#width;
    for (let i = 0; i < tokenIds.length; i++) {
      const row = this.#rowOf[tokenIds[i]];
      if (row < 0) continue;
      const [to, from] = [row * width, i * width];
      for (let d = 0; d < width; d++) this.sums[to + d] += states[from + d];
    }
  }

  result(): GeneMeans {
    const width = this.#width;
    const counts = Int32Array.from(this.#tokens, (token) => this.#counts[token]);
    const means = Float32Array.from(this.sums, (sum, i) => sum / counts[Math.floor(i / width)]);
    const leftOut: { token: number; nCells: number }[] = [];
    this.#counts.forEach((nCells, token) => {
      if (nCells > 0 && this.#rowOf[token] < 0) leftOut.push({ token, nCells });
    });
    return { tokens: this.#tokens, counts, means, leftOut };
  }
}
