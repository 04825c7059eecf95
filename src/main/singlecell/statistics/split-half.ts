import { CounterRandom } from '#shared/util/random.ts';
import { spearman } from './ranks.ts';

const N_SPLITS = 20;

/**
 * How alike two halves of the replicates rank the genes: mean Spearman correlation over 20 random splits.
 *
 * `effects`: genes × replicates, NaN where a gene was not perturbed. Null below four replicates or where no split can be
 * compared. Note: one split would depend on the luck of the draw.
 */
export function splitHalfStability(
  effects: ArrayLike<number>,
  shape: { nGenes: number; nReplicates: number },
  seed: number,
): number | null {
  const { nGenes, nReplicates } = shape;
  if (nReplicates < 4) return null;
  const random = new CounterRandom(seed, 'split-half');
  const correlations: number[] = [];
  for (let split = 0; split < N_SPLITS; split++) {
    const order = random.permutation(nReplicates, split * nReplicates);
    const middle = Math.floor(nReplicates / 2);
    const half = (from: number, to: number) =>
      Float64Array.from({ length: nGenes }, (_, gene) => {
        let sum = 0;
        let n = 0;
        for (let i = from; i < to; i++) {
          const effect = effects[gene * nReplicates + order[i]];
          if (Number.isNaN(effect)) continue;
          sum += effect;
          n++;
        }
        return n > 0 ? sum / n : NaN;
      });
    const correlation = spearman(half(0, middle), half(middle, nReplicates));
    if (correlation !== null) correlations.push(correlation);
  }
  if (correlations.length === 0) return null;
  return correlations.reduce((sum, value) => sum + value, 0) / correlations.length;
}
