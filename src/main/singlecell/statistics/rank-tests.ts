import { CounterRandom } from '#shared/util/random.ts';
import { averageRanks } from './ranks.ts';
import { normalSurvival } from './special-functions.ts';

export interface RankSum {
  /** Mann-Whitney U of the first sample. */
  u: number;
  z: number;
  /** Two-sided. */
  pValue: number;
}

/**
 * Wilcoxon rank-sum (Mann-Whitney) test by the normal approximation, with tie and continuity correction.
 *
 * Source: Mann and Whitney 1947; Lehmann 1975 for ties. Note: pValue is 1 where either sample is empty or all are equal.
 */
export function rankSum(x: ArrayLike<number>, y: ArrayLike<number>): RankSum {
  const [n, m] = [x.length, y.length];
  const all = Float64Array.from({ length: n + m }, (_, i) => (i < n ? x[i] : y[i - n]));
  const ranks = averageRanks(all);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += ranks[i];
  const u = sum - (n * (n + 1)) / 2;
  const ties = tieTerm(all);
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (!(variance > 0)) return { u, z: 0, pValue: 1 };
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  const z = (Math.sign(u - (n * m) / 2) * distance) / Math.sqrt(variance);
  return { u, z, pValue: Math.min(1, 2 * normalSurvival(Math.abs(z))) };
}

/**
 * Two-sided permutation test of a difference of means; p = (k + 1) / (n + 1) over `nPermutations` relabellings.
 *
 * Source: Phipson and Smyth 2010, Stat Appl Genet Mol Biol 9:39 (why never zero).
 */
export function permutationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: { nPermutations: number; seed: number },
): { difference: number; pValue: number } {
  const n = x.length;
  const all = Float64Array.from({ length: n + y.length }, (_, i) => (i < n ? x[i] : y[i - n]));
  const random = new CounterRandom(options.seed, 'permutation-test');
  const total = all.reduce((sum, value) => sum + value, 0);
  const difference = (first: number) => first / n - (total - first) / y.length;
  let observedSum = 0;
  for (let i = 0; i < n; i++) observedSum += all[i];
  const observed = difference(observedSum);
  // Differences equal but for rounding count as equal: without the margin a relabelling of ties may not.
  const margin = 1e-12 * Math.max(1, Math.abs(observed));
  let atLeast = 0;
  for (let k = 0; k < options.nPermutations; k++) {
    const order = random.permutation(all.length, k * all.length);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += all[order[i]];
    if (Math.abs(difference(sum)) >= Math.abs(observed) - margin) atLeast++;
  }
  return { difference: observed, pValue: (atLeast + 1) / (options.nPermutations + 1) };
}

/** Share of null values at least as extreme as `value`, both ways from `centre`: (k + 1) / (n + 1). */
export function empiricalPValue(value: number, nullValues: ArrayLike<number>, centre = 0): number {
  let atLeast = 0;
  for (let i = 0; i < nullValues.length; i++)
    if (Math.abs(nullValues[i] - centre) >= Math.abs(value - centre)) atLeast++;
  return (atLeast + 1) / (nullValues.length + 1);
}

function tieTerm(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  let term = 0;
  for (let first = 0; first < sorted.length;) {
    let last = first + 1;
    while (last < sorted.length && sorted[last] === sorted[first]) last++;
    const tied = last - first;
    term += tied ** 3 - tied;
    first = last;
  }
  return term;
}
