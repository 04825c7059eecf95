import type { Value } from '../ir/value.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { FLOATS } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Relu: OpDef = defineUnary({
  name: 'Relu',
  since: 14,
  dtypes: FLOATS,
  compute: (x) => Math.max(x, 0),
  vjp: (g, _, y) => mul(g, sign(y)),
  rejects: rejectsIntegers(),
});

/** max(x, 0) */
export function relu(x: Value): Value {
  return x.graph.op(Relu, [x]);
}
