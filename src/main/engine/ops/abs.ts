import type { Value } from '../ir/value.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { defineUnary } from './families/unary.ts';
import { SIGNED } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Abs: OpDef = defineUnary({
  name: 'Abs',
  since: 13,
  dtypes: SIGNED,
  compute: (x) => Math.abs(x),
  vjp: (g, x) => mul(g, sign(x)),
  rejects: [{ name: 'bool', inputs: [{ dtype: 'bool', shape: [2] }], message: /takes float32/ }],
});

/** |x| */
export function abs(x: Value): Value {
  return x.graph.op(Abs, [x]);
}
