import type { Value } from '../ir/value.ts';
import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { INTEGERS } from './families/dtypes.ts';
import { given, type OpDef, stop } from './op-def.ts';

export const Mod: OpDef = defineBinary({
  name: 'Mod',
  since: 13,
  dtypes: INTEGERS,
  // The sign of the divisor, as in Python.
  compute: (a, b) => a - Math.floor(a / b) * b,
  vjp: stop('integer remainders have no derivative'),
  samples: [
    { name: 'int32', inputs: [given('int32', [4], [7, -7, 7, -7]), given('int32', [4], [3, 3, -3, -3])] },
    { name: 'uint32', inputs: [given('uint32', [2], [4000000007, 9]), given('uint32', [], [10])] },
  ],
});

/** Remainder with the sign of the divisor. */
export function mod(a: Operand, b: Operand): Value {
  return applyBinary(Mod, a, b);
}
