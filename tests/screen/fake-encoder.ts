import type { CellEncoder, EncoderInput } from '#genecompass/types.ts';
import { CounterRandom } from '#shared/util/random.ts';

export interface FakeEncoderOptions {
  width?: number;
  maxLength?: number;
  classes?: readonly string[] | null;
  /** Vector of a gene; its classes read the first coordinates. */
  vector: (tokenId: number) => ArrayLike<number>;
  /** Weight of a gene at a rank: 1 makes ranks irrelevant, so that `remove` is `mask`. */
  rankWeight?: (position: number) => number;
}

/** An encoder that is linear in the values: a cell is the sum of value × weight of rank × vector of the gene. */
export class FakeEncoder implements CellEncoder {
  readonly width: number;
  readonly maxLength: number;
  readonly classes: readonly string[] | null;
  readonly batchSizes: number[] = [];
  readonly #options: FakeEncoderOptions;

  constructor(options: FakeEncoderOptions) {
    this.#options = options;
    this.width = options.width ?? 4;
    this.maxLength = options.maxLength ?? 64;
    this.classes = options.classes ?? null;
  }

  async encode(inputs: readonly EncoderInput[]) {
    this.batchSizes.push(inputs.length);
    const embeddings = new Float32Array(inputs.length * this.width);
    const nClasses = this.classes?.length ?? 0;
    const probabilities = this.classes ? new Float32Array(inputs.length * nClasses) : null;
    for (const [row, input] of inputs.entries()) {
      const hidden = new Set(input.hiddenPositions);
      const sums = new Float64Array(this.width);
      for (let i = 0; i < input.tokenIds.length; i++) {
        if (hidden.has(i)) continue;
        const vector = this.#options.vector(input.tokenIds[i]);
        const weight = input.values[i] * (this.#options.rankWeight?.(i) ?? 1);
        for (let k = 0; k < this.width; k++) sums[k] += weight * vector[k];
      }
      embeddings.set(sums, row * this.width);
      if (probabilities) {
        const exps = Array.from({ length: nClasses }, (_, k) => Math.exp(sums[k] / 10));
        const total = exps.reduce((sum, value) => sum + value, 0);
        exps.forEach((value, k) => (probabilities[row * nClasses + k] = value / total));
      }
    }
    return { embeddings, probabilities };
  }

  async dispose() {}
}

/** Small random vectors for all genes, a strong one along axis `axis` for the planted regulators. */
export function plantedVectors(width: number, planted: ReadonlyMap<number, number>, seed = 1) {
  const random = new CounterRandom(seed, 'gene-vectors');
  return (tokenId: number) =>
    Float64Array.from({ length: width }, (_, k) => {
      const axis = planted.get(tokenId);
      return 0.15 * random.normal(tokenId * width + k) + (axis === k ? 3 : 0);
    });
}
