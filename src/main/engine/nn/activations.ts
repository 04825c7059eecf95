import type { Value } from '../ir/value.ts';
import { add, mul, sigmoid, sub } from '../ops/index.ts';

export { gelu } from '../ops/index.ts';

/** x sigmoid(1.702 x), whose derivative is s + 1.702 y (1 - s). Source: Hendrycks and Gimpel 2016, section 2. */
export function quickGelu(x: Value): Value {
  const gate = sigmoid(mul(x, 1.702));
  const y = mul(x, gate);
  return x.graph.replaceGradient(y, [x], (g) => [() => mul(g, add(gate, mul(mul(y, 1.702), sub(1, gate))))]);
}
