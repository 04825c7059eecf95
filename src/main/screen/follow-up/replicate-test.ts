import { studentSurvival } from '#singlecell/statistics/special-functions.ts';

interface Moments {
  n: number;
  mean: number;
  standardError: number;
}

function momentsOf(perReplicate: ArrayLike<number>): Moments {
  const values = Float64Array.from(perReplicate).filter((value) => !Number.isNaN(value));
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}

/** Two-sided one-sample t test over replicates; NaN ones are left out. Source: Student 1908, Biometrika 6:1. */
export function differsFromZero(perReplicate: ArrayLike<number>): number {
  const { n, mean, standardError } = momentsOf(perReplicate);
  if (n < 2) return NaN;
  if (standardError === 0) return mean === 0 ? 1 : 0;
  return Math.min(1, 2 * studentSurvival(Math.abs(mean) / standardError, n - 1));
}

/**
 * p-value of the claim that the mean lies within ±margin: the larger of two one-sided t tests.
 *
 * Source: Schuirmann 1987, J Pharmacokinet Biopharm 15:657. Note: a bootstrap interval of three to five replicates is far
 * too narrow for such a claim.
 */
export function liesWithin(perReplicate: ArrayLike<number>, margin: number): number {
  const { n, mean, standardError } = momentsOf(perReplicate);
  if (n < 2) return NaN;
  if (standardError === 0) return Math.abs(mean) < margin ? 0 : 1;
  return Math.max(
    studentSurvival((mean + margin) / standardError, n - 1),
    studentSurvival((margin - mean) / standardError, n - 1),
  );
}
