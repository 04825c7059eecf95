import { type Value } from '../ir/value.ts';
import { concat } from './concat.ts';
import { ANY } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';
import { around, intAttribute, intsAttribute, resolveAxis, shapeError } from './shapes.ts';
import { zerosLike } from './zeros-like.ts';

export const Split: OpDef = {
  onnx: { name: 'Split', since: 13 },
  dtypes: [ANY],
  attributes: { axis: 'int', split: 'input' },
  infer: ([x], attributes) => {
    const axis = resolveAxis('Split', intAttribute(attributes, 'axis', 0), x.shape.length);
    const parts = intsAttribute('Split', attributes, 'split');
    if (parts.reduce((a, b) => a + b, 0) !== x.shape[axis]) {
      throw shapeError('Split', `parts of ${parts.join(' + ')} do not make up axis ${axis} of [${x.shape}]`);
    }
    return parts.map((part) => ({ dtype: x.dtype, shape: x.shape.map((n, i) => (i === axis ? part : n)) }));
  },
  vjp: ({ outputs, attributes, gradients }) => [
    () =>
      concat(
        outputs.map((output, i) => gradients[i] ?? zerosLike(output)),
        intAttribute(attributes, 'axis', 0),
      ),
  ],
  ref: ({ inputs: [x], attributes }) => {
    const axis = resolveAxis('Split', intAttribute(attributes, 'axis', 0), x.shape.length);
    const { outer, length, inner } = around(x.shape, axis);
    let at = 0;
    return intsAttribute('Split', attributes, 'split').map((part) => {
      const data = new Float64Array(outer * part * inner);
      for (let i = 0; i < outer; i++) {
        const from = (i * length + at) * inner;
        data.set(x.data.subarray(from, from + part * inner), i * part * inner);
      }
      at += part;
      return data;
    });
  },
  samples: [
    { name: 'three equal parts', inputs: [f32([3, 2, 2])], attributes: { axis: 0, split: [1, 1, 1] } },
    { name: 'two parts of the last axis', inputs: [f32([2, 5])], attributes: { axis: 1, split: [2, 3] } },
  ],
  rejects: [
    {
      name: 'parts that do not add up',
      inputs: [{ dtype: 'float32', shape: [2, 5] }],
      attributes: { axis: 1, split: [2, 2] },
      message: /2 \+ 2 do not make up axis 1/,
    },
  ],
};

/** One axis cut into parts of these lengths. */
export function split(x: Value, axis: number, parts: readonly number[]): readonly Value[] {
  return parts.length === 1 ? [x] : x.graph.opAll(Split, [x], { axis, split: parts });
}
