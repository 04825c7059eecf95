import type { Value } from '../ir/value.ts';

import { defineUnary } from './families/unary.ts';
import { SIGNED } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Neg: OpDef = defineUnary({
  name: 'Neg',
  since: 13,
  dtypes: SIGNED,
  compute: (x) => -x,
  vjp: (g) => neg(g),
  rejects: [{ name: 'unsigned', inputs: [{ dtype: 'uint32', shape: [2] }], message: /takes float32/ }],
});

/** -x */
export function neg(x: Value): Value {
  return x.graph.op(Neg, [x]);
}
