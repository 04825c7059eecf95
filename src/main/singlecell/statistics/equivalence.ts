import { meanTest } from './mean-test.ts';
import { studentSurvival } from './special-functions.ts';

/**
 * p-value of the claim that the mean over replicates lies within ±margin: the larger of two one-sided t tests.
 *
 * Source: Schuirmann 1987, J Pharmacokinet Biopharm 15:657. Note: NaN replicates are left out; a bootstrap interval of three
 * to five replicates is far too narrow for such a claim.
 */
export function liesWithin(perReplicate: ArrayLike<number>, margin: number): number {
  const { mean, standardError, degreesOfFreedom } = meanTest(perReplicate);
  if (!(degreesOfFreedom > 0)) return NaN;
  if (standardError === 0) return Math.abs(mean) < margin ? 0 : 1;
  return Math.max(
    studentSurvival((mean + margin) / standardError, degreesOfFreedom),
    studentSurvival((margin - mean) / standardError, degreesOfFreedom),
  );
}
