import type { Value } from '../ir/value.ts';
import { ANY } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';
import { intsAttribute, offsets, shapeError, stridesOf } from './shapes.ts';

export const Transpose: OpDef = {
  onnx: { name: 'Transpose', since: 13 },
  dtypes: [ANY],
  attributes: { perm: 'ints' },
  infer: ([x], attributes) => {
    const perm = intsAttribute('Transpose', attributes, 'perm');
    if (perm.length !== x.shape.length || [...perm].sort((a, b) => a - b).some((axis, i) => axis !== i)) {
      throw shapeError('Transpose', `[${perm}] is not an order of the axes of [${x.shape}]`);
    }
    return [{ dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]) }];
  },
  vjp: ({ attributes, gradients: [g] }) => [
    g &&
      (() => {
        const perm = intsAttribute('Transpose', attributes, 'perm');
        return transpose(
          g,
          perm.map((_, axis) => perm.indexOf(axis)),
        );
      }),
  ],
  ref: ({ inputs: [x], outputs: [out], attributes }) => {
    const strides = stridesOf(x.shape);
    const moved = intsAttribute('Transpose', attributes, 'perm').map((axis) => strides[axis]);
    const data = new Float64Array(x.data.length);
    let n = 0;
    for (const offset of offsets(out.shape, moved)) data[n++] = x.data[offset];
    return [data];
  },
  samples: [
    { name: 'matrix', inputs: [f32([2, 3])], attributes: { perm: [1, 0] } },
    { name: 'heads', inputs: [f32([2, 3, 4, 5])], attributes: { perm: [0, 2, 1, 3] } },
    { name: 'cycle', inputs: [f32([2, 3, 4])], attributes: { perm: [2, 0, 1] } },
  ],
  rejects: [
    {
      name: 'an axis twice',
      inputs: [{ dtype: 'float32', shape: [2, 3] }],
      attributes: { perm: [0, 0] },
      message: /not an order of the axes/,
    },
  ],
};

/** Axes in another order; the last two are swapped where no order is given. */
export function transpose(x: Value, perm?: readonly number[]): Value {
  const order = perm ?? [...x.shape.keys()].map((axis, i) => (i < x.rank - 2 ? axis : 2 * x.rank - 3 - axis));
  return x.graph.op(Transpose, [x], { perm: order });
}
