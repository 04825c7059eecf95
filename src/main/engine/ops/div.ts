import type { Value } from '../ir/value.ts';
import { isFloat } from '../ir/value.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { NUMBERS } from './families/dtypes.ts';
import { f32, given, type OpDef } from './op-def.ts';

export const Div: OpDef = defineBinary({
  name: 'Div',
  since: 14,
  dtypes: NUMBERS,
  compute: (a, b, dtype) => (isFloat(dtype) ? a / b : Math.trunc(a / b)),
  // d(a/b) = da/b - (a/b) db/b
  vjp: (g, _, b, result) => [() => div(g, b), () => neg(div(mul(g, result), b))],
  samples: [
    { name: 'same shape', inputs: [f32([2, 3]), f32([2, 3], { low: 0.5, high: 2 })] },
    { name: 'stretched', inputs: [f32([2, 1, 3]), f32([4, 1], { low: -2, high: -0.5 })] },
    { name: 'int32 truncates', inputs: [given('int32', [3], [7, -7, 9]), given('int32', [3], [2, 2, -3])] },
  ],
});

/** a / b, broadcast; integers truncate. */
export function div(a: Operand, b: Operand): Value {
  return applyBinary(Div, a, b);
}
