/**
 * Error function in double precision.
 *
 * Source: Maclaurin series erf(x) = 2/sqrt(pi) sum (-1)^n x^(2n+1) / (n! (2n+1)) in its all-positive form
 * exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!, for |x| < 3; beyond, the Laplace continued fraction of erfc.
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (Number.isNaN(x)) return Number.NaN;
  if (z < 3) {
    let term = z;
    let total = z;
    for (let n = 1; term > 1e-17 * total; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      total += term;
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * total;
  }
  // erfc(z) = exp(-z^2)/sqrt(pi) / (z + (1/2)/(z + (2/2)/(z + (3/2)/(z + ...))))
  let tail = z;
  for (let n = 60; n >= 1; n--) tail = z + n / 2 / tail;
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * tail));
}
