import type { Value } from '../ir/value.ts';

import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { NUMBERS } from './families/dtypes.ts';
import { f32, given, type OpDef } from './op-def.ts';

export const Mul: OpDef = defineBinary({
  name: 'Mul',
  since: 14,
  dtypes: NUMBERS,
  compute: (a, b, dtype) => (dtype === 'uint32' || dtype === 'int32' ? Math.imul(a, b) : a * b),
  vjp: (g, a, b) => [() => mul(g, b), () => mul(g, a)],
  samples: [
    { name: 'same shape', inputs: [f32([2, 3]), f32([2, 3])] },
    { name: 'stretched both ways', inputs: [f32([2, 1, 3]), f32([4, 1])] },
    { name: 'scalar', inputs: [f32([2, 3]), f32([])] },
    { name: 'int32', inputs: [given('int32', [3], [5, -2, 7]), given('int32', [3], [3, 4, -1])] },
    {
      name: 'uint32 wraps',
      inputs: [given('uint32', [2], [0x9e3779b1, 4000000000]), given('uint32', [2], [0x85ebca6b, 3])],
    },
  ],
});

/** a b, broadcast; integers wrap. */
export function mul(a: Operand, b: Operand): Value {
  return applyBinary(Mul, a, b);
}
