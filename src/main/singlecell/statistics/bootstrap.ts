import { CounterRandom } from '#shared/util/random.ts';
import { sortedQuantile } from './quantile.ts';

/** How often each replicate is drawn in each resample; shared by all genes, so their intervals are comparable. */
export interface BootstrapWeights {
  nResamples: number;
  nReplicates: number;
  /** Shape: nResamples × nReplicates. */
  counts: Uint16Array;
}

/** Draws replicates with replacement. Same seed, same weights. From 4,096 replicates on there is nothing to draw. */
export function bootstrapWeights(nReplicates: number, nResamples: number, seed: number): BootstrapWeights {
  if (nReplicates >= MANY_REPLICATES) return { nResamples: 0, nReplicates, counts: new Uint16Array(0) };
  const random = new CounterRandom(seed, 'bootstrap');
  const counts = new Uint16Array(nResamples * nReplicates);
  for (let b = 0; b < nResamples; b++)
    for (let i = 0; i < nReplicates; i++) counts[b * nReplicates + random.integer(b * nReplicates + i, nReplicates)]++;
  return { nResamples, nReplicates, counts };
}

/** From here on the interval of a mean is that of the normal distribution, and resampling only takes time and memory. */
export const MANY_REPLICATES = 4096;

/** 97.5 % quantile of the standard normal. */
const NORMAL_95 = 1.959963984540054;

export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/**
 * Mean over replicates with its 95 % percentile bootstrap interval; NaN replicates are left out.
 *
 * Source: Efron and Tibshirani 1993, ch. 13. Note: low and high are NaN below two finite replicates.
 */
export function bootstrapInterval(values: ArrayLike<number>, weights: BootstrapWeights): Interval {
  const finite: number[] = [];
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) finite.push(i);
  const mean = finite.reduce((sum, i) => sum + values[i], 0) / finite.length;
  if (finite.length < 2) return { mean, low: NaN, high: NaN };
  if (weights.nResamples === 0) {
    const squares = finite.reduce((sum, i) => sum + (values[i] - mean) ** 2, 0);
    const reach = NORMAL_95 * Math.sqrt(squares / finite.length / (finite.length - 1));
    return { mean, low: mean - reach, high: mean + reach };
  }
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
  return { mean, low: sortedQuantile(sorted, 0.025), high: sortedQuantile(sorted, 0.975) };
}
