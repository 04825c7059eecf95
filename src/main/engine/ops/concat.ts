import type { Value } from '../ir/value.ts';
import { ANY } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';
import { around, intAttribute, resolveAxis, shapeError } from './shapes.ts';
import { slice } from './slice.ts';

export const Concat: OpDef = {
  onnx: { name: 'Concat', since: 13 },
  dtypes: [ANY],
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: { axis: 'int' },
  infer: (inputs, attributes) => {
    const [first] = inputs;
    const axis = resolveAxis('Concat', intAttribute(attributes, 'axis', 0), first.shape.length);
    let length = 0;
    for (const input of inputs) {
      const fits = input.shape.length === first.shape.length && input.dtype === first.dtype;
      if (!fits || input.shape.some((n, i) => i !== axis && n !== first.shape[i])) {
        throw shapeError('Concat', `[${first.shape}] and [${input.shape}] differ outside axis ${axis} or in dtype`);
      }
      length += input.shape[axis];
    }
    return [{ dtype: first.dtype, shape: first.shape.map((n, i) => (i === axis ? length : n)) }];
  },
  vjp: ({ inputs, attributes, gradients: [g] }) => {
    const axis = resolveAxis('Concat', intAttribute(attributes, 'axis', 0), inputs[0].rank);
    let end = 0;
    return inputs.map((input) => {
      const start = end;
      end += input.shape[axis];
      const stop = end;
      return g && (() => slice(g, axis, start, stop));
    });
  },
  ref: ({ inputs, outputs: [out], attributes }) => {
    const axis = resolveAxis('Concat', intAttribute(attributes, 'axis', 0), out.shape.length);
    const { outer, length, inner } = around(out.shape, axis);
    const data = new Float64Array(outer * length * inner);
    let at = 0;
    for (const input of inputs) {
      const run = input.shape[axis] * inner;
      for (let i = 0; i < outer; i++) data.set(input.data.subarray(i * run, (i + 1) * run), i * length * inner + at);
      at += run;
    }
    return [data];
  },
  samples: [
    { name: 'rows', inputs: [f32([2, 3]), f32([1, 3])], attributes: { axis: 0 } },
    { name: 'last axis of three', inputs: [f32([2, 2, 1]), f32([2, 2, 3]), f32([2, 2, 2])], attributes: { axis: -1 } },
  ],
  rejects: [
    {
      name: 'another width',
      inputs: [
        { dtype: 'float32', shape: [2, 3] },
        { dtype: 'float32', shape: [2, 4] },
      ],
      attributes: { axis: 0 },
      message: /differ outside axis 0/,
    },
  ],
};

/** Tensors joined along one axis. */
export function concat(parts: readonly Value[], axis: number): Value {
  return parts.length === 1 ? parts[0] : parts[0].graph.op(Concat, parts, { axis });
}
