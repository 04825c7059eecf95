import { type MeanTest, testOfMean } from './mean-test.ts';
import { momentsOf } from './moments.ts';

/**
 * Difference of two means: Welch's statistic, with the degrees of freedom of the smaller sample alone.
 *
 *   t = (mean x − mean y) / sqrt(var x / n + var y / m),  min(n, m) − 1 degrees of freedom
 *
 * NaN values are left out; below two values on a side nothing but the difference is known. Source: Welch 1938, Biometrika
 * 29:350; the bound on the degrees of freedom: Hsu 1938, Stat Res Mem 2:1, and Mickey and Brown 1966, Ann Math Stat 37:639.
 * Note: Welch's own degrees of freedom are right at p = .05 and too many at the p-values that a test of a thousand genes
 * needs: 800 genes without any difference, 10 against 40 cells, gave a finding at an FDR of 5 % in 21 % of cases, these in none
 * (ADR 0053).
 */
export function twoMeans(x: ArrayLike<number>, y: ArrayLike<number>): MeanTest {
  const [left, right] = [momentsOf(x), momentsOf(y)];
  const difference = left.mean - right.mean;
  if (left.n < 2 || right.n < 2) return testOfMean(difference, NaN, NaN);
  const standardError = Math.sqrt(left.variance / left.n + right.variance / right.n);
  return testOfMean(difference, standardError, Math.min(left.n, right.n) - 1);
}
