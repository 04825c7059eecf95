import type { Value } from '../ir/value.ts';

import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { NUMBERS } from './families/dtypes.ts';
import { f32, given, type OpDef } from './op-def.ts';

export const Add: OpDef = defineBinary({
  name: 'Add',
  since: 14,
  dtypes: NUMBERS,
  compute: (a, b) => a + b,
  vjp: (g) => [() => g, () => g],
  samples: [
    { name: 'same shape', inputs: [f32([2, 3]), f32([2, 3])] },
    { name: 'stretched both ways', inputs: [f32([2, 1, 3]), f32([4, 1])] },
    { name: 'scalar', inputs: [f32([2, 3]), f32([])] },
    { name: 'int32', inputs: [given('int32', [3], [5, -2, 7]), given('int32', [3], [3, 4, -1])] },
  ],
});

/** a + b, broadcast. */
export function add(a: Operand, b: Operand): Value {
  return applyBinary(Add, a, b);
}
