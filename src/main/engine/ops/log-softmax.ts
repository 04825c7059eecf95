import type { Value } from '../ir/value.ts';
import { exp } from './exp.ts';
import { FLOATS } from './families/dtypes.ts';
import { mul } from './mul.ts';
import { f32, type OpDef } from './op-def.ts';
import { reduceSum } from './reduce-sum.ts';
import { intAttribute, resolveAxis } from './shapes.ts';
import { alongAxis } from './softmax.ts';
import { sub } from './sub.ts';

export const LogSoftmax: OpDef = {
  onnx: { name: 'LogSoftmax', since: 13 },
  dtypes: [FLOATS],
  attributes: { axis: 'int' },
  infer: ([x], attributes) => {
    resolveAxis('LogSoftmax', intAttribute(attributes, 'axis', -1), x.shape.length);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  // dx = g - exp(y) sum(g)
  vjp: ({ inputs: [x], outputs: [y], attributes, gradients: [g] }) => [
    g &&
      (() => {
        const axis = resolveAxis('LogSoftmax', intAttribute(attributes, 'axis', -1), x.rank);
        return sub(g, mul(exp(y), reduceSum(g, [axis], { keep: true })));
      }),
  ],
  ref: ({ inputs: [x], attributes }) => {
    const axis = resolveAxis('LogSoftmax', intAttribute(attributes, 'axis', -1), x.shape.length);
    return [alongAxis(x.data, x.shape, axis, logSoftmaxOf)];
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

function logSoftmaxOf(row: Float64Array): Float64Array {
  const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const logTotal = Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0)) + top;
  return row.map((value) => value - logTotal);
}

/** Logarithm of the softmax along one axis, without overflow. */
export function logSoftmax(x: Value, axis = -1): Value {
  return x.graph.op(LogSoftmax, [x], { axis });
}
