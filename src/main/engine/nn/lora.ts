import type { Value } from '../ir/value.ts';
import { add, mul } from '../ops/index.ts';
import { linear, type LinearWeights } from './linear.ts';

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
