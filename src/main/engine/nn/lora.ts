import type { Value } from '../ir/value.ts';
import { add, matmul, mul } from '../ops/index.ts';
import { linear, type LinearWeights, tiedLinear } from './linear.ts';

export interface LoraWeights {
  /** Shape: [K, r]; small random numbers at the start. */
  readonly down: Value;
  /** Shape: [r, N]; zeros at the start, so that training starts at the frozen model. */
  readonly up: Value;
  /** alpha / r. */
  readonly scale: number;
}

/** A frozen linear layer plus a trained product of low rank. Source: Hu and others 2022, section 4.1. */
export function loraLinear(x: Value, frozen: LinearWeights, { down, up, scale }: LoraWeights): Value {
  const change = linear(linear(x, { weight: down }), { weight: up });
  return add(linear(x, frozen), mul(change, scale));
}

/** As `loraLinear` in PyTorch's orientation. Shape: weight [N, K], down [r, K], up [N, r]. */
export function tiedLoraLinear(x: Value, frozen: LinearWeights, { down, up, scale }: LoraWeights): Value {
  // The scale goes to the narrow factor.
  const change = tiedLinear(mul(tiedLinear(x, { weight: down }), scale), { weight: up });
  return add(tiedLinear(x, frozen), change);
}

/** The weight that does the same as weight and adapter. Shape: weight [N, K], down [r, K], up [N, r] -> [N, K]. */
export function tiedLoraWeight(weight: Value, { down, up, scale }: LoraWeights): Value {
  return add(weight, matmul(mul(up, scale), down));
}
