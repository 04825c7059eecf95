import type { Value } from '../ir/value.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { FLOATS } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Sigmoid: OpDef = defineUnary({
  name: 'Sigmoid',
  since: 13,
  dtypes: FLOATS,
  compute: (x) => 1 / (1 + Math.exp(-x)),
  // y (1 - y)
  vjp: (g, _, y) => mul(g, mul(y, sub(1, y))),
  low: -4,
  high: 4,
  rejects: rejectsIntegers(),
});

/** 1 / (1 + e^-x) */
export function sigmoid(x: Value): Value {
  return x.graph.op(Sigmoid, [x]);
}
