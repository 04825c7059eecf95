import type { Value } from '../ir/value.ts';
import { add, erf, exp, mul, sigmoid, sub } from '../ops/index.ts';

/**
 * Exact GELU, x P(x) with P the normal distribution function.
 *
 * dy/dx = P(x) + x p(x), p the normal density: the stated derivative uses the forward pass's erf again.
 */
export function gelu(x: Value): Value {
  const below = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5);
  return x.graph.replaceGradient(mul(x, below), [x], (g) => [
    () => {
      const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return mul(g, add(below, mul(x, density)));
    },
  ]);
}

/** x sigmoid(1.702 x), whose derivative is s + 1.702 y (1 - s). Source: Hendrycks and Gimpel 2016, section 2. */
export function quickGelu(x: Value): Value {
  const gate = sigmoid(mul(x, 1.702));
  const y = mul(x, gate);
  return x.graph.replaceGradient(y, [x], (g) => [() => mul(g, add(gate, mul(mul(y, 1.702), sub(1, gate))))]);
}
