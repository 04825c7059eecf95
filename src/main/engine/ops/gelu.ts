import type { Value } from '../ir/value.ts';
import { add } from './add.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { FLOATS } from './families/dtypes.ts';
import { erf as erf64 } from './families/special.ts';
import { defineUnary, rejectsIntegers } from './families/unary.ts';
import { mul } from './mul.ts';
import type { OpDef } from './op-def.ts';
import { sub } from './sub.ts';

/** The exact form, `approximate` none. Note: ONNX Runtime has it for float32 only. */
export const Gelu: OpDef = defineUnary({
  name: 'Gelu',
  since: 20,
  dtypes: FLOATS,
  compute: (x) => 0.5 * x * (1 + erf64(x * Math.SQRT1_2)),
  // y = x P(x), P the normal distribution function: dy/dx = P(x) + x p(x). With u = x / sqrt 2:
  // P = (1 + erf u) / 2 and x p = u exp(-u^2) / sqrt pi. The erf is computed again rather than kept: one tensor less
  // to hold between the passes, and the forward pass stays one kernel.
  vjp: (g, x) => {
    const u = mul(x, Math.SQRT1_2);
    const below = add(mul(erf(u), 0.5), 0.5);
    const density = exp(sub(-0.5 * Math.log(Math.PI), mul(u, u)));
    return mul(g, add(below, mul(u, density)));
  },
  low: -3,
  high: 3,
  rejects: rejectsIntegers(),
});

/** x times the normal distribution function of x. Source: Hendrycks and Gimpel 2016, equation 1. */
export function gelu(x: Value): Value {
  return x.graph.op(Gelu, [x]);
}
