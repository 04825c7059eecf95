import type { Value } from '../ir/value.ts';

import { defineUnary } from './families/unary.ts';
import { BOOL } from './families/dtypes.ts';
import { given, stop, type OpDef } from './op-def.ts';

export const Not: OpDef = defineUnary({
  name: 'Not',
  since: 1,
  dtypes: BOOL,
  compute: (x) => (x ? 0 : 1),
  vjp: stop('truth values have no derivative'),
  samples: [{ name: 'bool', inputs: [given('bool', [2], [1, 0])] }],
  rejects: [{ name: 'floats', inputs: [{ dtype: 'float32', shape: [2] }], message: /takes bool/ }],
});

/** Logical not. */
export function not(x: Value): Value {
  return x.graph.op(Not, [x]);
}
