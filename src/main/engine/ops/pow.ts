import type { Value } from '../ir/value.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { FLOATS } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';

export const Pow: OpDef = defineBinary({
  name: 'Pow',
  since: 15,
  dtypes: FLOATS,
  compute: (a, b) => Math.pow(a, b),
  // d(a^b) = b a^(b-1) da + a^b ln(a) db; the second needs a > 0
  vjp: (g, a, b, result) => [() => mul(g, mul(b, pow(a, sub(b, 1)))), () => mul(g, mul(result, log(a)))],
  samples: [
    { name: 'positive base', inputs: [f32([2, 3], { low: 0.2, high: 2 }), f32([2, 3], { low: -2, high: 2 })] },
    { name: 'scalar exponent', inputs: [f32([2, 3], { low: 0.2, high: 2 }), f32([], { low: 1, high: 3 })] },
  ],
});

/** a to the power b, broadcast. */
export function pow(a: Operand, b: Operand): Value {
  return applyBinary(Pow, a, b);
}
