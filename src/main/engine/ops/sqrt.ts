import type { Value } from '../ir/value.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { FLOATS } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Sqrt: OpDef = defineUnary({
  name: 'Sqrt',
  since: 13,
  dtypes: FLOATS,
  compute: (x) => Math.sqrt(x),
  vjp: (g, _, y) => div(mul(g, 0.5), y),
  low: 0.2,
  high: 3,
  rejects: rejectsIntegers(),
});

/** Square root. */
export function sqrt(x: Value): Value {
  return x.graph.op(Sqrt, [x]);
}
