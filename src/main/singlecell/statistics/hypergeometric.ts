import { logGamma } from './special-functions.ts';

/** P(X ≥ k) of drawing `nDrawn` of `nAll` items without replacement, `nMarked` of which are marked. */
export function hypergeometricSurvival(k: number, nMarked: number, nAll: number, nDrawn: number): number {
  const logChoose = (n: number, m: number) => logGamma(n + 1) - logGamma(m + 1) - logGamma(n - m + 1);
  const last = Math.min(nMarked, nDrawn);
  const first = Math.max(k, nDrawn - (nAll - nMarked), 0);
  const all = logChoose(nAll, nDrawn);
  let sum = 0;
  for (let i = first; i <= last; i++)
    sum += Math.exp(logChoose(nMarked, i) + logChoose(nAll - nMarked, nDrawn - i) - all);
  return Math.min(1, sum);
}
