import { momentsOf } from './moments.ts';
import { studentQuantile, studentSurvival } from './special-functions.ts';

/** A mean, how sure it is, and whether it differs from 0. */
export interface MeanTest {
  mean: number;
  standardError: number;
  degreesOfFreedom: number;
  /** Two-sided. */
  pValue: number;
  /** 95 % interval. */
  low: number;
  high: number;
}

/**
 * One-sample t test of the mean over replicates; of donors' means it is the pseudo-bulk test.
 *
 * Source: Student 1908, Biometrika 6:1; donors' means as replicates: Squair et al. 2021, Nat Commun 12:5692. Note: NaN
 * values are left out; below two values nothing but the mean is known.
 */
export function meanTest(values: ArrayLike<number>): MeanTest {
  const { n, mean, variance } = momentsOf(values);
  return n < 2 ? testOfMean(mean, NaN, NaN) : testOfMean(mean, Math.sqrt(variance / n), n - 1);
}

/** Student's t test and interval of an estimate; without spread an estimate of 0 is no finding and any other is a sure one. */
export function testOfMean(mean: number, standardError: number, degreesOfFreedom: number): MeanTest {
  if (!(degreesOfFreedom > 0)) return { mean, standardError, degreesOfFreedom, pValue: NaN, low: NaN, high: NaN };
  if (standardError === 0)
    return { mean, standardError, degreesOfFreedom, pValue: mean === 0 ? 1 : 0, low: mean, high: mean };
  const pValue = Math.min(1, 2 * studentSurvival(Math.abs(mean) / standardError, degreesOfFreedom));
  const reach = studentQuantile(0.025, degreesOfFreedom) * standardError;
  return { mean, standardError, degreesOfFreedom, pValue, low: mean - reach, high: mean + reach };
}
