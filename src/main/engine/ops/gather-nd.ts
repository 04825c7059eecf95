import { sizeOf, type Value } from '../ir/value.ts';
import { cast } from './cast.ts';
import { ANY, INT64 } from './families/dtypes.ts';
import { f32, given, type OpDef } from './op-def.ts';
import { scatterNdAdd } from './scatter-nd.ts';
import { shapeError, stridesOf } from './shapes.ts';
import { zerosLike } from './zeros-like.ts';

export const GatherNd: OpDef = {
  onnx: { name: 'GatherND', since: 13 },
  dtypes: [ANY, INT64],
  infer: ([x, indices]) => {
    const depth = indices.shape.at(-1) ?? 0;
    if (depth < 1 || depth > x.shape.length) {
      throw shapeError('GatherND', `indices [${indices.shape}] are too deep for [${x.shape}]`);
    }
    return [{ dtype: x.dtype, shape: [...indices.shape.slice(0, -1), ...x.shape.slice(depth)] }];
  },
  vjp: ({ inputs: [x, indices], gradients: [g] }) => [g && (() => scatterNdAdd(zerosLike(x), indices, g)), null],
  ref: ({ inputs: [x, indices], outputs: [out] }) => {
    const depth = indices.shape.at(-1)!;
    const run = sizeOf(x.shape.slice(depth));
    const strides = stridesOf(x.shape);
    const data = new Float64Array(sizeOf(out.shape));
    for (let i = 0; i < indices.data.length / depth; i++) {
      let at = 0;
      for (let d = 0; d < depth; d++) at += indices.data[i * depth + d] * strides[d];
      data.set(x.data.subarray(at, at + run), i * run);
    }
    return [data];
  },
  samples: [
    { name: 'elements', inputs: [f32([3, 4]), given('int64', [3, 2], [0, 1, 2, 3, 0, 1])] },
    { name: 'rows', inputs: [f32([3, 4]), given('int64', [2, 1], [2, 0])] },
    { name: 'a stack', inputs: [f32([2, 3, 4]), given('int64', [2, 2, 2], [0, 1, 1, 2, 0, 0, 1, 0])] },
  ],
  rejects: [
    {
      name: 'indices deeper than the data',
      inputs: [
        { dtype: 'float32', shape: [4] },
        { dtype: 'int64', shape: [2, 2] },
      ],
      message: /too deep for \[4\]/,
    },
  ],
};

/** The slices `x[indices[..]]`. Shape: [..D], [N.., depth] -> [N.., ..rest]. */
export function gatherNd(x: Value, indices: Value): Value {
  return x.graph.op(GatherNd, [x, cast(indices, 'int64')]);
}
