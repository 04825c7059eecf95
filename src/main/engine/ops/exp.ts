import type { Value } from '../ir/value.ts';
import { mul } from './mul.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { FLOATS } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Exp: OpDef = defineUnary({
  name: 'Exp',
  since: 13,
  dtypes: FLOATS,
  compute: (x) => Math.exp(x),
  vjp: (g, _, y) => mul(g, y),
  rejects: rejectsIntegers(),
});

/** e^x */
export function exp(x: Value): Value {
  return x.graph.op(Exp, [x]);
}
