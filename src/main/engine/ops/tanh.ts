import type { Value } from '../ir/value.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { FLOATS } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Tanh: OpDef = defineUnary({
  name: 'Tanh',
  since: 13,
  dtypes: FLOATS,
  compute: (x) => Math.tanh(x),
  // 1 - y^2
  vjp: (g, _, y) => sub(g, mul(g, mul(y, y))),
  rejects: rejectsIntegers(),
});

/** Hyperbolic tangent. */
export function tanh(x: Value): Value {
  return x.graph.op(Tanh, [x]);
}
