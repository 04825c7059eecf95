import type { Value } from '../ir/value.ts';
import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { BOOL } from './families/dtypes.ts';
import { given, type OpDef, stop } from './op-def.ts';

export const And: OpDef = defineBinary({
  name: 'And',
  since: 7,
  dtypes: BOOL,
  compute: (a, b) => (a && b ? 1 : 0),
  vjp: stop('truth values have no derivative'),
  samples: [{ name: 'bool', inputs: [given('bool', [2, 2], [1, 1, 0, 0]), given('bool', [2], [1, 0])] }],
});

/** Logical and, broadcast. */
export function and(a: Operand, b: Operand): Value {
  return applyBinary(And, a, b);
}
