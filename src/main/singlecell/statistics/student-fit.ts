import { studentLogDensity, studentSurvival } from './special-functions.ts';

/** Dense where tails are heavy: the grid is the prior of the fit, and it errs on the cautious side. */
const DEGREES_OF_FREEDOM = [1.5, 2, 2.25, 2.5, 2.75, 3, 3.5, 4, 5, 7, 10, 20, Infinity];

export interface StudentFit {
  degreesOfFreedom: number;
  /** Maximum likelihood, given the degrees of freedom. */
  scale: number;
  /** Belief in these degrees of freedom among the others; all weights sum to 1. */
  weight: number;
}

/**
 * Student t distributions around 0 that fit the residuals, each with its weight; none where there is no spread.
 *
 * `power`: how much of the likelihood is believed, 0 to 1. Source: Lange, Little and Taylor 1989 (t by EM), J Am Stat Assoc
 * 84:881; power likelihood: Holmes and Walker 2017, Biometrika 104:497.
 */
export function fitStudent(residuals: ArrayLike<number>, power = 1): StudentFit[] {
  const fits = DEGREES_OF_FREEDOM.map((degreesOfFreedom) => {
    const scale = studentScale(residuals, degreesOfFreedom);
    let logLikelihood = -residuals.length * Math.log(scale);
    for (let i = 0; i < residuals.length; i++)
      logLikelihood += studentLogDensity(residuals[i] / scale, degreesOfFreedom);
    return { degreesOfFreedom, scale, logLikelihood: power * logLikelihood };
  }).filter(({ scale }) => scale > 0);
  const best = Math.max(...fits.map(({ logLikelihood }) => logLikelihood));
  const total = fits.reduce((sum, { logLikelihood }) => sum + Math.exp(logLikelihood - best), 0);
  return fits.map(({ degreesOfFreedom, scale, logLikelihood }) => ({
    degreesOfFreedom,
    scale,
    weight: Math.exp(logLikelihood - best) / total,
  }));
}

/** Two-sided tail of the weighted fits beyond `distance`; with `n` residuals behind the scale, degrees of freedom stay below n. */
export function predictivePValue(distance: number, fits: readonly StudentFit[], n: number): number {
  let pValue = 0;
  for (const { degreesOfFreedom, scale, weight } of fits) {
    const df = 1 / (1 / degreesOfFreedom + 1 / (n - 1));
    pValue += weight * 2 * studentSurvival(distance / scale, df);
  }
  return Math.min(1, pValue);
}

function studentScale(residuals: ArrayLike<number>, df: number): number {
  const n = residuals.length;
  let variance = 0;
  for (let i = 0; i < n; i++) variance += residuals[i] ** 2 / n;
  if (!Number.isFinite(df)) return Math.sqrt(variance);
  for (let step = 0; step < 200 && variance > 0; step++) {
    let next = 0;
    for (let i = 0; i < n; i++) next += ((df + 1) * residuals[i] ** 2) / (df + residuals[i] ** 2 / variance) / n;
    const settled = Math.abs(next - variance) <= 1e-10 * variance;
    variance = next;
    if (settled) break;
  }
  return Math.sqrt(variance);
}
