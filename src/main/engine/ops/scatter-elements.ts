import type { Value } from '../ir/value.ts';
import { FLOATS, INDICES } from './families/dtypes.ts';
import { gatherElements } from './gather-elements.ts';
import { f32, given, type OpDef } from './op-def.ts';
import { elementOffsets, intAttribute, resolveAxis, shapeError } from './shapes.ts';

/** ScatterElements with reduction add; equal indices add up, one after another, on every runtime. */
export const ScatterElementsAdd: OpDef = {
  onnx: { name: 'ScatterElements', since: 16 },
  dtypes: [FLOATS, INDICES, FLOATS],
  attributes: { axis: 'int', reduction: 'string' },
  infer: ([data, indices, updates], attributes) => {
    resolveAxis('ScatterElements', intAttribute(attributes, 'axis', 0), data.shape.length);
    if (indices.shape.join() !== updates.shape.join() || indices.shape.length !== data.shape.length) {
      throw shapeError(
        'ScatterElements',
        `updates [${updates.shape}] and indices [${indices.shape}] do not fit [${data.shape}]`,
      );
    }
    return [{ dtype: data.dtype, shape: data.shape }];
  },
  vjp: ({ inputs: [, indices], attributes, gradients: [g] }) => [
    g && (() => g),
    null,
    g && (() => gatherElements(g, indices, intAttribute(attributes, 'axis', 0))),
  ],
  ref: ({ inputs: [data, indices, updates], attributes }) => {
    const at = elementOffsets('ScatterElements', data.shape, indices, intAttribute(attributes, 'axis', 0));
    const out = Float64Array.from(data.data);
    updates.data.forEach((value, i) => (out[at[i]] += value));
    return [out];
  },
  samples: [
    {
      name: 'one per row',
      inputs: [f32([3, 4]), given('int32', [3, 1], [1, 3, 0]), f32([3, 1])],
      attributes: { axis: 1, reduction: 'add' },
    },
    {
      name: 'duplicates add up',
      inputs: [f32([3, 2]), given('int64', [2, 2], [0, 2, 0, 1]), f32([2, 2])],
      attributes: { axis: 0, reduction: 'add' },
    },
  ],
  rejects: [
    {
      name: 'updates of another shape',
      inputs: [
        { dtype: 'float32', shape: [3, 4] },
        { dtype: 'int64', shape: [3, 1] },
        { dtype: 'float32', shape: [3, 2] },
      ],
      attributes: { axis: 1, reduction: 'add' },
      message: /do not fit/,
    },
  ],
};

/** `data` with one update per index added along an axis. */
export function scatterElementsAdd(data: Value, indices: Value, updates: Value, axis: number): Value {
  return data.graph.op(ScatterElementsAdd, [data, indices, updates], { axis, reduction: 'add' });
}
