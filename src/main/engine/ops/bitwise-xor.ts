import type { Value } from '../ir/value.ts';
import { applyBinary, defineBinary, type Operand } from './families/binary.ts';
import { UINT32 } from './families/dtypes.ts';
import { given, type OpDef, stop } from './op-def.ts';

export const BitwiseXor: OpDef = defineBinary({
  name: 'BitwiseXor',
  since: 18,
  dtypes: UINT32,
  compute: (a, b) => a ^ b,
  vjp: stop('bits have no derivative'),
  samples: [{ name: 'uint32', inputs: [given('uint32', [2], [0xdeadbeef, 7]), given('uint32', [], [0x85ebca6b])] }],
});

/** a XOR b on uint32, broadcast. */
export function bitwiseXor(a: Operand, b: Operand): Value {
  return applyBinary(BitwiseXor, a, b);
}
