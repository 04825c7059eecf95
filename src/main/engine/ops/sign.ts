import type { Value } from '../ir/value.ts';

import { defineUnary } from './families/unary.ts';
import { SIGNED } from './families/dtypes.ts';
import { zero, type OpDef } from './op-def.ts';

export const Sign: OpDef = defineUnary({
  name: 'Sign',
  since: 13,
  dtypes: SIGNED,
  compute: (x) => Math.sign(x),
  vjp: zero('the sign is piecewise constant'),
  rejects: [{ name: 'bool', inputs: [{ dtype: 'bool', shape: [2] }], message: /takes float32/ }],
});

/** -1, 0 or 1. */
export function sign(x: Value): Value {
  return x.graph.op(Sign, [x]);
}
