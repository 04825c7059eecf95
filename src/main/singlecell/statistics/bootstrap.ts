import { CounterRandom } from '#shared/util/random.ts';
import { sortedQuantile } from './quantile.ts';

/** How often each replicate is drawn in each resample; shared by all genes, so their intervals are comparable. */
export interface BootstrapWeights {
  nResamples: number;
  nReplicates: number;
  /** Shape: nResamples × nReplicates. */
  counts: Uint16Array;
}

/** Draws replicates with replacement. Same seed, same weights. */
export function bootstrapWeights(nReplicates: number, nResamples: number, seed: number): BootstrapWeights {
  const random = new CounterRandom(seed, 'bootstrap');
  const counts = new Uint16Array(nResamples * nReplicates);
  for (let b = 0; b < nResamples; b++)
    for (let i = 0; i < nReplicates; i++) counts[b * nReplicates + random.integer(b * nReplicates + i, nReplicates)]++;
  return { nResamples, nReplicates, counts };
}

export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/**
 * Mean over replicates with its percentile bootstrap interval; NaN replicates are left out.
 *
 * Source: Efron and Tibshirani 1993, ch. 13. Note: low and high are NaN below two finite replicates.
 */
export function bootstrapInterval(values: ArrayLike<number>, weights: BootstrapWeights, level = 0.95): Interval {
  const finite: number[] = [];
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) finite.push(i);
  const mean = finite.reduce((sum, i) => sum + values[i], 0) / finite.length;
  if (finite.length < 2) return { mean, low: NaN, high: NaN };
  const means = new Float64Array(weights.nResamples);
  let kept = 0;
  for (let b = 0; b < weights.nResamples; b++) {
    const row = b * weights.nReplicates;
    let sum = 0;
    let n = 0;
    for (const i of finite) {
      const count = weights.counts[row + i];
      sum += count * values[i];
      n += count;
    }
    if (n > 0) means[kept++] = sum / n;
  }
  const sorted = means.subarray(0, kept).sort();
  const tail = (1 - level) / 2;
  return { mean, low: sortedQuantile(sorted, tail), high: sortedQuantile(sorted, 1 - tail) };
}
