import { type Shape, sizeOf, type Value } from '../ir/value.ts';
import { ANY } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';
import { intsAttribute, resolveAxes, shapeError } from './shapes.ts';

export const Reshape: OpDef = {
  onnx: { name: 'Reshape', since: 14 },
  dtypes: [ANY],
  attributes: { shape: 'input' },
  infer: ([x], attributes) => {
    const shape = intsAttribute('Reshape', attributes, 'shape');
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw shapeError('Reshape', `[${x.shape}] has ${sizeOf(x.shape)} elements, [${shape}] has ${sizeOf(shape)}`);
    }
    return [{ dtype: x.dtype, shape }];
  },
  vjp: ({ inputs: [x], gradients: [g] }) => [g && (() => reshape(g, x.shape))],
  ref: ({ inputs: [x] }) => [x.data],
  samples: [
    { name: 'two axes to three', inputs: [f32([4, 6])], attributes: { shape: [2, 2, 6] } },
    { name: 'to a scalar', inputs: [f32([1, 1])], attributes: { shape: [] } },
  ],
  rejects: [
    {
      name: 'another number of elements',
      inputs: [{ dtype: 'float32', shape: [2, 3] }],
      attributes: { shape: [5] },
      message: /\[2,3\] has 6 elements, \[5\] has 5/,
    },
  ],
};

/** The same elements under another shape; one length may be -1. */
export function reshape(x: Value, shape: Shape): Value {
  const known = shape.reduce((size, length) => (length === -1 ? size : size * length), 1);
  const resolved = shape.map((length) => (length === -1 && known > 0 ? sizeOf(x.shape) / known : length));
  if (resolved.length === x.rank && resolved.every((length, axis) => length === x.shape[axis])) return x;
  return x.graph.op(Reshape, [x], { shape: resolved });
}

/** Drops axes of length 1. */
export function squeeze(x: Value, axes: readonly number[]): Value {
  const dropped = resolveAxes('squeeze', axes, x.rank);
  for (const axis of dropped) {
    if (x.shape[axis] !== 1) throw shapeError('squeeze', `axis ${axis} of [${x.shape}] is not 1`);
  }
  return reshape(
    x,
    x.shape.filter((_, axis) => !dropped.includes(axis)),
  );
}

/** Inserts axes of length 1, at these positions of the result. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  const shape = [...x.shape];
  for (const axis of resolveAxes('unsqueeze', axes, x.rank + axes.length)) shape.splice(axis, 0, 1);
  return reshape(x, shape);
}
