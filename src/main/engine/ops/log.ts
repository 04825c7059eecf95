import type { Value } from '../ir/value.ts';
import { div } from './div.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { FLOATS } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Log: OpDef = defineUnary({
  name: 'Log',
  since: 13,
  dtypes: FLOATS,
  compute: (x) => Math.log(x),
  vjp: (g, x) => div(g, x),
  low: 0.2,
  high: 3,
  rejects: rejectsIntegers(),
});

/** Natural logarithm. */
export function log(x: Value): Value {
  return x.graph.op(Log, [x]);
}
