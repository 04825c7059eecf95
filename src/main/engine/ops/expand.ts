import { sameShape, type Shape, type Value } from '../ir/value.ts';
import { ANY } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';
import { broadcastShapes, intsAttribute, stretched } from './shapes.ts';
import { unbroadcast } from './unbroadcast.ts';

export const Expand: OpDef = {
  onnx: { name: 'Expand', since: 13 },
  dtypes: [ANY],
  attributes: { shape: 'input' },
  infer: ([x], attributes) => [
    { dtype: x.dtype, shape: broadcastShapes('Expand', x.shape, intsAttribute('Expand', attributes, 'shape')) },
  ],
  vjp: ({ inputs: [x], gradients: [g] }) => [g && (() => unbroadcast(g, x.shape))],
  ref: ({ inputs: [x], outputs: [out] }) => [stretched(x.data, x.shape, out.shape)],
  samples: [
    { name: 'rows', inputs: [f32([1, 3])], attributes: { shape: [4, 3] } },
    { name: 'new axis and middle axis', inputs: [f32([2, 1, 3])], attributes: { shape: [2, 2, 4, 3] } },
    { name: 'scalar', inputs: [f32([])], attributes: { shape: [2, 2] } },
  ],
  rejects: [
    {
      name: 'lengths that do not broadcast',
      inputs: [{ dtype: 'float32', shape: [2, 3] }],
      attributes: { shape: [2, 4] },
      message: /do not broadcast/,
    },
  ],
};

/** `x` repeated along axes of length 1 until it has `shape`. */
export function expand(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : x.graph.op(Expand, [x], { shape });
}
