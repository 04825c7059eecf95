import type { Value } from '../ir/value.ts';
import { FLOATS } from './families/dtypes.ts';
import { mul } from './mul.ts';
import { f32, type OpDef } from './op-def.ts';
import { reduceSum } from './reduce-sum.ts';
import { around, intAttribute, resolveAxis } from './shapes.ts';
import { sub } from './sub.ts';

export const Softmax: OpDef = {
  onnx: { name: 'Softmax', since: 13 },
  dtypes: [FLOATS],
  attributes: { axis: 'int' },
  infer: ([x], attributes) => {
    resolveAxis('Softmax', intAttribute(attributes, 'axis', -1), x.shape.length);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  // dx = y (g - sum(g y))
  vjp: ({ inputs: [x], outputs: [y], attributes, gradients: [g] }) => [
    g &&
      (() => {
        const axis = resolveAxis('Softmax', intAttribute(attributes, 'axis', -1), x.rank);
        return mul(y, sub(g, reduceSum(mul(g, y), [axis], { keep: true })));
      }),
  ],
  ref: ({ inputs: [x], attributes }) => {
    const axis = resolveAxis('Softmax', intAttribute(attributes, 'axis', -1), x.shape.length);
    return [alongAxis(x.data, x.shape, axis, softmaxOf)];
  },
  samples: [
    { name: 'last axis', inputs: [f32([2, 3, 5], { low: -3, high: 3 })], attributes: { axis: -1 } },
    { name: 'first axis', inputs: [f32([4, 3])], attributes: { axis: 0 } },
  ],
  rejects: [
    {
      name: 'axis outside the rank',
      inputs: [{ dtype: 'float32', shape: [2] }],
      attributes: { axis: 1 },
      message: /axis 1 is outside a rank of 1/,
    },
  ],
};

function softmaxOf(row: Float64Array): Float64Array {
  const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = row.map((value) => Math.exp(value - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / total);
}

/** Applies a function of one vector to every vector along an axis. */
export function alongAxis(
  data: Float64Array,
  shape: readonly number[],
  axis: number,
  apply: (row: Float64Array) => Float64Array,
): Float64Array {
  const { outer, length, inner } = around(shape, axis);
  const out = new Float64Array(data.length);
  const row = new Float64Array(length);
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < inner; k++) {
      for (let j = 0; j < length; j++) row[j] = data[(i * length + j) * inner + k];
      const result = apply(row);
      for (let j = 0; j < length; j++) out[(i * length + j) * inner + k] = result[j];
    }
  }
  return out;
}

/** exp(x) / sum exp(x) along one axis. */
export function softmax(x: Value, axis = -1): Value {
  return x.graph.op(Softmax, [x], { axis });
}
