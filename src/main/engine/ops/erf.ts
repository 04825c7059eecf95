import type { Value } from '../ir/value.ts';
import { erf as erf64 } from './families/special.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { FLOATS } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Erf: OpDef = defineUnary({
  name: 'Erf',
  since: 13,
  dtypes: FLOATS,
  compute: erf64,
  // 2/sqrt(pi) exp(-x^2)
  vjp: (g, x) => mul(g, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
  low: -3,
  high: 3,
  rejects: rejectsIntegers(),
});

/** Error function. Note: ONNX Runtime has it for float32 only. */
export function erf(x: Value): Value {
  return x.graph.op(Erf, [x]);
}
