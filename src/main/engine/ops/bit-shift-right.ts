import type { Value } from '../ir/value.ts';
import { defineBinary, type Operand } from './families/binary.ts';
import { UINT32 } from './families/dtypes.ts';
import { given, type OpDef, stop } from './op-def.ts';

const shift: OpDef = defineBinary({
  name: 'BitShift',
  since: 11,
  dtypes: UINT32,
  compute: (a, b) => a >>> b,
  vjp: stop('bits have no derivative'),
  samples: [
    {
      name: 'uint32',
      inputs: [given('uint32', [2], [0xdeadbeef, 70000]), given('uint32', [], [16])],
      attributes: { direction: 'RIGHT' },
    },
  ],
});

/** ONNX BitShift with direction RIGHT; the left shift is a wrapping product. */
export const BitShiftRight: OpDef = { ...shift, attributes: { direction: 'string' } };

/** a >>> bits on uint32. */
export function shiftRight(a: Value, bits: Operand): Value {
  const by = typeof bits === 'number' ? a.graph.constant(bits, a.dtype) : bits;
  return a.graph.op(BitShiftRight, [a, by], { direction: 'RIGHT' });
}
