import { averageRanks, pearson } from './ranks.ts';
import { studentSurvival } from './special-functions.ts';

export interface CorrelationTest {
  /** Spearman's rank correlation, within groups where there are any. */
  correlation: number;
  degreesOfFreedom: number;
  /** Two-sided, by the t approximation. */
  pValue: number;
}

/**
 * Spearman's correlation with its t test; with groups, of the ranks after each group's mean rank is taken away.
 *
 * Source: Kendall and Stuart, Advanced Theory of Statistics vol. 2, ch. 31. Note: without taking groups away a difference
 * between donors would pass for a dependence between cells. Null below 4 pairs or without spread.
 */
export function correlationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  groupOf: ArrayLike<number> | null = null,
): CorrelationTest | null {
  const kept: number[] = [];
  for (let i = 0; i < x.length; i++) if (Number.isFinite(x[i]) && Number.isFinite(y[i])) kept.push(i);
  const groups = kept.map((i) => groupOf?.[i] ?? 0);
  const degreesOfFreedom = kept.length - 1 - new Set(groups).size;
  if (kept.length < 4 || degreesOfFreedom < 1) return null;
  const ranks = (values: ArrayLike<number>) => centred(averageRanks(kept.map((i) => values[i])), groups);
  const correlation = pearson(ranks(x), ranks(y));
  if (correlation === null) return null;
  const left = 1 - correlation ** 2;
  const t = left > 0 ? Math.abs(correlation) * Math.sqrt(degreesOfFreedom / left) : Infinity;
  return { correlation, degreesOfFreedom, pValue: t === Infinity ? 0 : 2 * studentSurvival(t, degreesOfFreedom) };
}

function centred(ranks: Float64Array, groups: readonly number[]): Float64Array {
  const sums = new Map<number, [total: number, n: number]>();
  groups.forEach((group, i) => {
    const [total, n] = sums.get(group) ?? [0, 0];
    sums.set(group, [total + ranks[i], n + 1]);
  });
  return ranks.map((rank, i) => {
    const [total, n] = sums.get(groups[i]) as [number, number];
    return rank - total / n;
  });
}
