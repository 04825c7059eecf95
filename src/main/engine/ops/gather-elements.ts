import { sizeOf, type Value } from '../ir/value.ts';
import { expand } from './expand.ts';
import { ANY, INDICES } from './families/dtypes.ts';
import { f32, given, type OpDef } from './op-def.ts';
import { scatterElementsAdd } from './scatter-elements.ts';
import { elementOffsets, intAttribute, resolveAxis, shapeError } from './shapes.ts';

export const GatherElements: OpDef = {
  onnx: { name: 'GatherElements', since: 13 },
  dtypes: [ANY, INDICES],
  attributes: { axis: 'int' },
  infer: ([x, indices], attributes) => {
    const axis = resolveAxis('GatherElements', intAttribute(attributes, 'axis', 0), x.shape.length);
    const fits = x.shape.length === indices.shape.length;
    if (!fits || indices.shape.some((length, i) => i !== axis && length > x.shape[i])) {
      throw shapeError(
        'GatherElements',
        `indices [${indices.shape}] do not fit into [${x.shape}] outside axis ${axis}`,
      );
    }
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
  vjp: ({ inputs: [x, indices], attributes, gradients: [g] }) => [
    g &&
      (() => {
        const zeros = expand(x.graph.constant(0, x.dtype), x.shape);
        return scatterElementsAdd(zeros, indices, g, intAttribute(attributes, 'axis', 0));
      }),
    null,
  ],
  ref: ({ inputs: [x, indices], outputs: [out], attributes }) => {
    const at = elementOffsets('GatherElements', x.shape, indices, intAttribute(attributes, 'axis', 0));
    return [new Float64Array(sizeOf(out.shape)).map((_, i) => x.data[at[i]])];
  },
  samples: [
    { name: 'one per row', inputs: [f32([3, 4]), given('int32', [3, 1], [1, 3, 0])], attributes: { axis: 1 } },
    {
      name: 'columns, one twice',
      inputs: [f32([3, 2]), given('int64', [2, 2], [0, 2, 0, 1])],
      attributes: { axis: 0 },
    },
  ],
  rejects: [
    {
      name: 'another rank',
      inputs: [
        { dtype: 'float32', shape: [3, 4] },
        { dtype: 'int64', shape: [3] },
      ],
      attributes: { axis: 1 },
      message: /do not fit into \[3,4\]/,
    },
  ],
};

/** One element per index along an axis. Shape: [N, C], [N, 1], axis 1 -> [N, 1]. */
export function gatherElements(x: Value, indices: Value, axis: number): Value {
  return x.graph.op(GatherElements, [x, indices], { axis });
}
