import type { Value } from '../ir/value.ts';
import { greater } from './greater.ts';
import { where } from './where.ts';
import { zerosLike } from './zeros-like.ts';
import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { NUMBERS } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';

export const Max: OpDef = defineBinary({
  name: 'Max',
  since: 13,
  dtypes: NUMBERS,
  compute: (a, b) => Math.max(a, b),
  // Where both are equal the whole gradient goes to the second.
  vjp: (g, a, b) => [() => where(greater(a, b), g, zerosLike(g)), () => where(greater(a, b), zerosLike(g), g)],
  samples: [
    { name: 'same shape', inputs: [f32([2, 3]), f32([2, 3])] },
    { name: 'stretched', inputs: [f32([2, 1, 3]), f32([4, 1])] },
  ],
});

/** The maximum of a and b, elementwise, broadcast. */
export function maximum(a: Operand, b: Operand): Value {
  return applyBinary(Max, a, b);
}
