import { type Shape, sizeOf, type Value } from '../ir/value.ts';
import { cast } from './cast.ts';
import { expand } from './expand.ts';
import { FLOATS, INT64 } from './families/dtypes.ts';
import { gatherNd } from './gather-nd.ts';
import { f32, given, type OpDef } from './op-def.ts';
import { reshape } from './reshape.ts';
import { shapeError, stridesOf } from './shapes.ts';

/** ScatterND with reduction add. Note: 16, not 18, is the version that brought the reduction used here. */
export const ScatterNdAdd: OpDef = {
  onnx: { name: 'ScatterND', since: 16 },
  dtypes: [FLOATS, INT64, FLOATS],
  attributes: { reduction: 'string' },
  infer: ([data, indices, updates]) => {
    const depth = indices.shape.at(-1) ?? 0;
    const expected = [...indices.shape.slice(0, -1), ...data.shape.slice(depth)];
    if (depth < 1 || depth > data.shape.length || expected.join() !== updates.shape.join()) {
      throw shapeError(
        'ScatterND',
        `updates [${updates.shape}] do not fit data [${data.shape}] at indices [${indices.shape}]`,
      );
    }
    return [{ dtype: data.dtype, shape: data.shape }];
  },
  vjp: ({ inputs: [, indices], gradients: [g] }) => [g && (() => g), null, g && (() => gatherNd(g, indices))],
  ref: ({ inputs: [data, indices, updates] }) => {
    const depth = indices.shape.at(-1)!;
    const run = sizeOf(data.shape.slice(depth));
    const strides = stridesOf(data.shape);
    const out = Float64Array.from(data.data);
    for (let i = 0; i < indices.data.length / depth; i++) {
      let at = 0;
      for (let d = 0; d < depth; d++) at += indices.data[i * depth + d] * strides[d];
      for (let j = 0; j < run; j++) out[at + j] += updates.data[i * run + j];
    }
    return [out];
  },
  samples: [
    {
      name: 'rows, one twice',
      inputs: [f32([4, 3]), given('int64', [3, 1], [1, 3, 1]), f32([3, 3])],
      attributes: { reduction: 'add' },
    },
    {
      name: 'single elements',
      inputs: [f32([2, 3]), given('int64', [2, 2], [0, 1, 1, 2]), f32([2])],
      attributes: { reduction: 'add' },
    },
  ],
  rejects: [
    {
      name: 'updates of another width',
      inputs: [
        { dtype: 'float32', shape: [4, 3] },
        { dtype: 'int64', shape: [2, 1] },
        { dtype: 'float32', shape: [2, 4] },
      ],
      attributes: { reduction: 'add' },
      message: /updates \[2,4\] do not fit/,
    },
  ],
};

/** `data` with `updates` added at `indices`; duplicates add up. Shape: [..D], [N.., depth], [N.., ..rest] -> [..D]. */
export function scatterNdAdd(data: Value, indices: Value, updates: Value): Value {
  return data.graph.op(ScatterNdAdd, [data, cast(indices, 'int64'), updates], { reduction: 'add' });
}

/** Zeros of `shape` with each row of `updates` added at its index. Shape: indices [N], updates [N, ..] -> [R, ..]. */
export function scatterAddRows(shape: Shape, indices: Value, updates: Value): Value {
  const zeros = expand(updates.graph.constant(0, updates.dtype), shape);
  return scatterNdAdd(zeros, reshape(indices, [indices.shape[0], 1]), updates);
}
