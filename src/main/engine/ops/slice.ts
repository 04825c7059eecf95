import type { Value } from '../ir/value.ts';
import { concat } from './concat.ts';
import { expand } from './expand.ts';
import { ANY } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';
import { around, intsAttribute, resolveAxis, shapeError } from './shapes.ts';

export const Slice: OpDef = {
  onnx: { name: 'Slice', since: 13 },
  dtypes: [ANY],
  attributes: { starts: 'input', ends: 'input', axes: 'input' },
  infer: ([x], attributes) => {
    const { axis, start, end } = bounds(attributes, x.shape.length);
    if (start < 0 || end > x.shape[axis] || start >= end) {
      throw shapeError('Slice', `${start} to ${end} is not a range within axis ${axis} of [${x.shape}]`);
    }
    return [{ dtype: x.dtype, shape: x.shape.map((n, i) => (i === axis ? end - start : n)) }];
  },
  // Zeros around the gradient.
  vjp: ({ inputs: [x], attributes, gradients: [g] }) => [
    g &&
      (() => {
        const { axis, start, end } = bounds(attributes, x.rank);
        const zeros = (length: number) => {
          const shape = x.shape.map((n, i) => (i === axis ? length : n));
          return length === 0 ? [] : [expand(x.graph.constant(0, x.dtype), shape)];
        };
        return concat([...zeros(start), g, ...zeros(x.shape[axis] - end)], axis);
      }),
  ],
  ref: ({ inputs: [x], attributes }) => {
    const { axis, start, end } = bounds(attributes, x.shape.length);
    const { outer, length, inner } = around(x.shape, axis);
    const run = (end - start) * inner;
    const data = new Float64Array(outer * run);
    for (let i = 0; i < outer; i++) {
      const from = (i * length + start) * inner;
      data.set(x.data.subarray(from, from + run), i * run);
    }
    return [data];
  },
  samples: [
    { name: 'rows', inputs: [f32([4, 3])], attributes: { starts: [1], ends: [3], axes: [0] } },
    { name: 'last axis', inputs: [f32([2, 2, 5])], attributes: { starts: [0], ends: [2], axes: [2] } },
  ],
  rejects: [
    {
      name: 'past the end',
      inputs: [{ dtype: 'float32', shape: [4, 3] }],
      attributes: { starts: [1], ends: [5], axes: [0] },
      message: /not a range within axis 0/,
    },
  ],
};

function bounds(attributes: Parameters<OpDef['infer']>[1], rank: number) {
  const [start] = intsAttribute('Slice', attributes, 'starts');
  const [end] = intsAttribute('Slice', attributes, 'ends');
  const [axis] = intsAttribute('Slice', attributes, 'axes');
  return { axis: resolveAxis('Slice', axis, rank), start, end };
}

/** The part [start, end) of one axis; negative positions count from the end. */
export function slice(x: Value, axis: number, start: number, end?: number): Value {
  const at = resolveAxis('Slice', axis, x.rank);
  const length = x.shape[at];
  const from = start < 0 ? start + length : start;
  const to = end === undefined ? length : end < 0 ? end + length : end;
  if (from === 0 && to === length) return x;
  return x.graph.op(Slice, [x], { starts: [from], ends: [to], axes: [at] });
}
