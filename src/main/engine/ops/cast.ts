import { type DType, isFloat, type Value } from '../ir/value.ts';
import { ANY } from './families/dtypes.ts';
import { wrap } from './families/wrap.ts';
import { f32, given, type OpDef } from './op-def.ts';
import { shapeError } from './shapes.ts';

export const Cast: OpDef = {
  onnx: { name: 'Cast', since: 13 },
  dtypes: [ANY],
  attributes: { to: 'dtype' },
  infer: ([x], attributes) => {
    if (!ANY.includes(attributes.to as DType)) throw shapeError('Cast', `${attributes.to} is not a dtype`);
    return [{ dtype: attributes.to as DType, shape: x.shape }];
  },
  vjp: ({ inputs: [x], outputs: [y], gradients: [g] }) => [
    g && isFloat(x.dtype) && isFloat(y.dtype) ? () => cast(g, x.dtype) : null,
  ],
  ref: ({ inputs: [x], outputs: [out] }) => [
    x.data.map((value) =>
      wrap(out.dtype, isFloat(x.dtype) && !isFloat(out.dtype) && out.dtype !== 'bool' ? Math.trunc(value) : value),
    ),
  ],
  samples: [
    { name: 'int32 to float32', inputs: [given('int32', [3], [1, -2, 3])], attributes: { to: 'float32' } },
    {
      name: 'float32 to int32 truncates',
      inputs: [given('float32', [3], [1.7, -2.7, 3])],
      attributes: { to: 'int32' },
    },
    { name: 'float32 to bool', inputs: [given('float32', [3], [0, -2.5, 0.5])], attributes: { to: 'bool' } },
    { name: 'uint32 to float32', inputs: [given('uint32', [2], [0, 16777216])], attributes: { to: 'float32' } },
    { name: 'float32 to float64', inputs: [f32([2, 2])], attributes: { to: 'float64' } },
  ],
  rejects: [
    {
      name: 'no such dtype',
      inputs: [{ dtype: 'float32', shape: [2] }],
      attributes: { to: 'int4' },
      message: /int4 is not a dtype/,
    },
  ],
};

/** The same numbers under another dtype; floats truncate towards zero. */
export function cast(x: Value, to: DType): Value {
  return x.dtype === to ? x : x.graph.op(Cast, [x], { to });
}
