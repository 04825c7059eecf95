import type { Value } from '../ir/value.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { FLOATS } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Reciprocal: OpDef = defineUnary({
  name: 'Reciprocal',
  since: 13,
  dtypes: FLOATS,
  compute: (x) => 1 / x,
  vjp: (g, _, y) => neg(mul(g, mul(y, y))),
  low: 0.5,
  high: 3,
  rejects: rejectsIntegers(),
});

/** 1 / x */
export function reciprocal(x: Value): Value {
  return x.graph.op(Reciprocal, [x]);
}
