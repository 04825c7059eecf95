import type { Value } from '../ir/value.ts';

import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { NUMBERS } from './families/dtypes.ts';
import { given, type OpDef, zero } from './op-def.ts';

export const Less: OpDef = defineBinary({
  name: 'Less',
  since: 13,
  dtypes: NUMBERS,
  result: 'bool',
  compute: (a, b) => (a < b ? 1 : 0),
  vjp: zero('a comparison is piecewise constant'),
  samples: [
    { name: 'int32', inputs: [given('int32', [2, 2], [1, 2, 3, 4]), given('int32', [2], [1, 3])] },
    { name: 'float32', inputs: [given('float32', [3], [0.5, 1, 2]), given('float32', [3], [1, 1, 1])] },
  ],
});

/** a < b as bool, broadcast. */
export function less(a: Operand, b: Operand): Value {
  return applyBinary(Less, a, b);
}
