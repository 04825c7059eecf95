import { sizeOf, type Value } from '../ir/value.ts';
import { ANY, INDICES } from './families/dtypes.ts';
import { f32, given, type OpDef } from './op-def.ts';
import { reshape } from './reshape.ts';
import { scatterAddRows } from './scatter-add-rows.ts';
import { around, intAttribute, resolveAxis, shapeError } from './shapes.ts';
import { transpose } from './transpose.ts';

export const Gather: OpDef = {
  onnx: { name: 'Gather', since: 13 },
  dtypes: [ANY, INDICES],
  attributes: { axis: 'int' },
  infer: ([x, indices], attributes) => {
    const axis = resolveAxis('Gather', intAttribute(attributes, 'axis', 0), x.shape.length);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }];
  },
  // Rows taken several times receive the sum of their gradients.
  vjp: ({ inputs: [x, indices], attributes, gradients: [g] }) => [
    g &&
      (() => {
        const axis = resolveAxis('Gather', intAttribute(attributes, 'axis', 0), x.rank);
        const flat = reshape(indices, [sizeOf(indices.shape)]);
        const joined = reshape(g, [...x.shape.slice(0, axis), flat.shape[0], ...x.shape.slice(axis + 1)]);
        if (axis === 0) return scatterAddRows(x.shape, flat, joined);
        const front = [axis, ...[...x.shape.keys()].filter((i) => i !== axis)];
        const rows = scatterAddRows(
          front.map((i) => x.shape[i]),
          flat,
          transpose(joined, front),
        );
        return transpose(
          rows,
          front.map((_, i) => front.indexOf(i)),
        );
      }),
    null,
  ],
  ref: ({ inputs: [x, indices], outputs: [out], attributes }) => {
    const axis = resolveAxis('Gather', intAttribute(attributes, 'axis', 0), x.shape.length);
    const { outer, length, inner } = around(x.shape, axis);
    const data = new Float64Array(sizeOf(out.shape));
    let to = 0;
    for (let i = 0; i < outer; i++) {
      for (const raw of indices.data) {
        const index = raw < 0 ? raw + length : raw;
        if (index < 0 || index >= length)
          throw shapeError('Gather', `index ${raw} is outside axis ${axis} of [${x.shape}]`);
        const from = (i * length + index) * inner;
        data.set(x.data.subarray(from, from + inner), to);
        to += inner;
      }
    }
    return [data];
  },
  samples: [
    { name: 'rows, one twice', inputs: [f32([4, 3]), given('int32', [2, 2], [1, 3, 1, 0])], attributes: { axis: 0 } },
    { name: 'int64 rows', inputs: [f32([4, 3]), given('int64', [2], [3, 0])], attributes: { axis: 0 } },
    { name: 'axis 1', inputs: [f32([2, 4, 3]), given('int32', [3], [0, 2, 2])], attributes: { axis: 1 } },
    { name: 'a scalar index', inputs: [f32([4, 3]), given('int32', [], [2])], attributes: { axis: 0 } },
  ],
  rejects: [
    {
      name: 'indices that are no integers',
      inputs: [
        { dtype: 'float32', shape: [4, 3] },
        { dtype: 'float32', shape: [2] },
      ],
      attributes: { axis: 0 },
      message: /input 1 is float32\[2\], it takes int32 or int64/,
    },
  ],
};

/** Slices of one axis in the order of `indices`. Shape: [.., N, ..], [I..] -> [.., I.., ..]. */
export function gather(x: Value, indices: Value, axis = 0): Value {
  return x.graph.op(Gather, [x, indices], { axis });
}
