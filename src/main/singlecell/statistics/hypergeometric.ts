import { logGamma } from './special-functions.ts';

const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** P(X = k) for k white balls among n drawn without replacement from N of which K are white. */
export function hypergeometricProbability(k: number, total: number, white: number, drawn: number): number {
  if (k < Math.max(0, drawn - (total - white)) || k > Math.min(drawn, white)) return 0;
  return Math.exp(logChoose(white, k) + logChoose(total - white, drawn - k) - logChoose(total, drawn));
}

/**
 * Distribution of the number of genes that change the expected way, for `nUpWanted` genes that should be up and then
 * `nDownWanted` others that should be down, drawn without replacement from `total` genes of which `up` are up.
 *
 * P(X = x) = Σ_a H(a; total, up, nUpWanted) · H(x − a; total − nUpWanted, total − up − (nUpWanted − a), nDownWanted).
 *
 * Shape: nUpWanted + nDownWanted + 1. Note: exact; a single hypergeometric test would lose the sign of the targets.
 */
export function signedHypergeometric(total: number, up: number, nUpWanted: number, nDownWanted: number): Float64Array {
  const distribution = new Float64Array(nUpWanted + nDownWanted + 1);
  for (let a = 0; a <= nUpWanted; a++) {
    const first = hypergeometricProbability(a, total, up, nUpWanted);
    if (first === 0) continue;
    const down = total - up - (nUpWanted - a);
    for (let b = 0; b <= nDownWanted; b++)
      distribution[a + b] += first * hypergeometricProbability(b, total - nUpWanted, down, nDownWanted);
  }
  return distribution;
}

/** Two-sided p of an observed count: twice the smaller tail, at most 1. */
export function twoSidedTail(distribution: ArrayLike<number>, observed: number): number {
  let [atMost, atLeast] = [0, 0];
  for (let x = 0; x < distribution.length; x++) {
    if (x <= observed) atMost += distribution[x];
    if (x >= observed) atLeast += distribution[x];
  }
  return Math.min(1, 2 * Math.min(atMost, atLeast));
}

/** P(X ≥ k) for k white balls among n drawn without replacement from N of which K are white. */
export function hypergeometricSurvival(k: number, total: number, white: number, drawn: number): number {
  let sum = 0;
  for (let i = Math.max(0, k); i <= Math.min(white, drawn); i++)
    sum += hypergeometricProbability(i, total, white, drawn);
  return Math.min(1, sum);
}
