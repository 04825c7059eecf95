import { averageRanks } from './ranks.ts';
import { incompleteBeta } from './special-functions.ts';

export interface RankScore {
  rho: number;
  /** Exact over the minimum that rho takes. */
  pValue: number;
}

/**
 * Robust rank aggregation of one item: rho = min over k of P(B_k ≤ r_(k)), B_k ~ Beta(k, n − k + 1).
 *
 * r: ranks divided by the length of their list, in (0, 1], uniform where the lists are random and independent.
 * Source: Kolde et al. 2012, Bioinformatics 28:573. Note: the p-value is exact rather than rho · n, which is Bonferroni's
 * bound and up to n times too large.
 */
export function robustRank(normalisedRanks: readonly number[]): RankScore {
  const sorted = [...normalisedRanks].sort((a, b) => a - b);
  const n = sorted.length;
  const rho = sorted.reduce((least, rank, i) => Math.min(least, incompleteBeta(Math.min(1, rank), i + 1, n - i)), 1);
  return { rho, pValue: rhoPValue(rho, n) };
}

/** P(rho of n independent uniform ranks ≤ rho): one minus the chance that no order statistic lies below its bound. */
export function rhoPValue(rho: number, n: number): number {
  if (n === 0 || rho >= 1) return 1;
  if (rho <= 0) return 0;
  // below[j]: chance that j of n uniform numbers lie below the bounds so far and none of the bounds was broken.
  let below = new Float64Array(n + 1);
  below[0] = 1;
  let last = 0;
  for (let k = 1; k <= n; k++) {
    const bound = betaQuantile(rho, k, n - k + 1);
    const step = last < 1 ? Math.min(1, Math.max(0, (bound - last) / (1 - last))) : 0;
    const next = new Float64Array(n + 1);
    for (let had = 0; had < k; had++) {
      if (below[had] === 0) continue;
      for (let more = 0; had + more < k; more++) next[had + more] += below[had] * binomial(more, n - had, step);
    }
    below = next;
    last = bound;
  }
  return Math.min(1, Math.max(0, 1 - below.reduce((sum, chance) => sum + chance, 0)));
}

function binomial(k: number, n: number, p: number): number {
  let chance = 1;
  for (let i = 0; i < k; i++) chance *= ((n - i) / (i + 1)) * p;
  return chance * (1 - p) ** (n - k);
}

/** x with I_x(a, b) = p, by halving: sure, and fast enough for a few lists. */
function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Kendall's coefficient of concordance W = 12 S / (m² (n³ − n) − m Σ T), T the tie terms of each rater; null below three
 * items or two raters.
 *
 * Shape: scores[rater][item]. Source: Kendall and Babington Smith 1939, Ann Math Stat 10:275.
 */
export function kendallW(scores: readonly ArrayLike<number>[]): number | null {
  const m = scores.length;
  const n = m > 0 ? scores[0].length : 0;
  if (m < 2 || n < 3) return null;
  const sums = new Float64Array(n);
  let ties = 0;
  for (const rater of scores) {
    const ranks = averageRanks(rater);
    const counts = new Map<number, number>();
    ranks.forEach((rank, item) => {
      sums[item] += rank;
      counts.set(rank, (counts.get(rank) ?? 0) + 1);
    });
    for (const count of counts.values()) ties += count ** 3 - count;
  }
  const mean = (m * (n + 1)) / 2;
  const s = sums.reduce((sum, total) => sum + (total - mean) ** 2, 0);
  const most = m ** 2 * (n ** 3 - n) - m * ties;
  return most > 0 ? (12 * s) / most : null;
}
