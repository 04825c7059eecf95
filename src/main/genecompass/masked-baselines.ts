import type { CellTokens } from './cells.ts';
import type { TargetArrays } from './masked-batch.ts';

/**
 * What guessing without context reaches on the same masked positions: each gene's mean value, and gene frequency.
 *
 * Note: frequencies get one count for every gene, so a gene never seen in training has a finite loss.
 */
export class MaskedBaselines {
  readonly #mean: Float64Array;
  /** Natural logarithm of each gene's share of all tokens. Shape: V. */
  readonly logFrequency: Float64Array;
  #squares = 0;
  #surprise = 0;
  #n = 0;

  constructor(cells: CellTokens, train: Int32Array, maxLength: number, vocabularySize: number) {
    const counts = new Float64Array(vocabularySize);
    const sums = new Float64Array(vocabularySize);
    let total = 0;
    let grandSum = 0;
    for (const cell of train) {
      const end = Math.min(cells.offsets[cell + 1], cells.offsets[cell] + maxLength);
      const tokenIds = cells.tokenIds.subarray(cells.offsets[cell], end);
      const values = cells.values.subarray(cells.offsets[cell], end);
      for (let i = 0; i < tokenIds.length; i++) {
        counts[tokenIds[i]]++;
        sums[tokenIds[i]] += values[i];
        grandSum += values[i];
        total++;
      }
    }
    this.#mean = sums.map((sum, token) => (counts[token] > 0 ? sum / counts[token] : grandSum / Math.max(total, 1)));
    this.logFrequency = counts.map((count) => Math.log((count + 1) / (total + vocabularySize)));
  }

  /** Takes in the masked positions of one validation batch. */
  add({ labels, values, nTargets }: TargetArrays): void {
    for (let i = 0; i < nTargets; i++) {
      this.#squares += (values[i] - this.#mean[labels[i]]) ** 2;
      this.#surprise -= this.logFrequency[labels[i]];
    }
    this.#n += nTargets;
  }

  /** Mean squared error and mean cross-entropy (nats) over all positions taken in. */
  get losses(): { value: number; id: number } {
    return { value: this.#squares / this.#n, id: this.#surprise / this.#n };
  }
}
