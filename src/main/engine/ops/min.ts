import type { Value } from '../ir/value.ts';
import { less } from './less.ts';
import { where } from './where.ts';
import { zerosLike } from './zeros-like.ts';
import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { NUMBERS } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';

export const Min: OpDef = defineBinary({
  name: 'Min',
  since: 13,
  dtypes: NUMBERS,
  compute: (a, b) => Math.min(a, b),
  // Where both are equal the whole gradient goes to the second.
  vjp: (g, a, b) => [() => where(less(a, b), g, zerosLike(g)), () => where(less(a, b), zerosLike(g), g)],
  samples: [
    { name: 'same shape', inputs: [f32([2, 3]), f32([2, 3])] },
    { name: 'stretched', inputs: [f32([2, 1, 3]), f32([4, 1])] },
  ],
});

/** The minimum of a and b, elementwise, broadcast. */
export function minimum(a: Operand, b: Operand): Value {
  return applyBinary(Min, a, b);
}
