import type { Attributes, DType, Shape, TensorType } from '../../ir/value.ts';
import type { OpDef, OpSample, VjpCall } from '../op-def.ts';
import { f32 } from '../op-def.ts';
import { intAttribute, intsAttribute, resolveAxes, stridesOf } from '../shapes.ts';
import type { Value } from '../../ir/value.ts';

export interface ReduceSpec {
  name: string;
  since: number;
  dtypes: readonly DType[];
  initial: number;
  combine(total: number, next: number): number;
  finish?(total: number, count: number): number;
  /** Gradient of the input from the gradient kept at rank (reduced axes have length 1). */
  vjp(gradient: Value, call: VjpCall, count: number): Value;
  keep(gradient: Value, shape: Shape): Value;
}

/** Sums, means and the like over given axes. ONNX form: axes as an input. */
export function defineReduce(spec: ReduceSpec): OpDef {
  return {
    onnx: { name: spec.name, since: spec.since },
    dtypes: [spec.dtypes],
    attributes: { axes: 'input', keepdims: 'int' },
    infer: ([x], attributes) => [reducedType(spec.name, x, attributes)],
    vjp: (call) => {
      const [gradient] = call.gradients;
      if (!gradient) return [null];
      const [x] = call.inputs;
      const kept = keptShape(spec.name, x.shape, call.attributes);
      const count = x.shape.reduce((n, length, axis) => (kept[axis] === length ? n : n * length), 1);
      return [() => spec.vjp(spec.keep(gradient, kept), call, count)];
    },
    ref: ({ inputs: [x], attributes }) => {
      const kept = keptShape(spec.name, x.shape, attributes);
      const out = new Float64Array(kept.reduce((n, length) => n * length, 1)).fill(spec.initial);
      const strides = stridesOf(kept).map((stride, axis) => (kept[axis] === 1 ? 0 : stride));
      const own = stridesOf(x.shape);
      x.data.forEach((value, i) => {
        let rest = i;
        let target = 0;
        for (let axis = 0; axis < own.length; axis++) {
          const at = Math.floor(rest / own[axis]);
          rest -= at * own[axis];
          target += at * strides[axis];
        }
        out[target] = spec.combine(out[target], value);
      });
      const count = out.length === 0 ? 1 : x.data.length / out.length;
      return [spec.finish ? out.map((total) => spec.finish!(total, count)) : out];
    },
    samples: reduceSamples(),
    rejects: [
      {
        name: 'axis outside the rank',
        inputs: [{ dtype: 'float32', shape: [2, 3] }],
        attributes: { axes: [2], keepdims: 0 },
        message: /axis 2 is outside a rank of 2/,
      },
      {
        name: 'one axis twice',
        inputs: [{ dtype: 'float32', shape: [2, 3] }],
        attributes: { axes: [1, -1], keepdims: 0 },
        message: /name one axis twice/,
      },
    ],
  };
}

function keptShape(name: string, shape: Shape, attributes: Attributes): number[] {
  const axes = resolveAxes(name, intsAttribute(name, attributes, 'axes'), shape.length);
  return shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
}

function reducedType(name: string, x: TensorType, attributes: Attributes): TensorType {
  const axes = resolveAxes(name, intsAttribute(name, attributes, 'axes'), x.shape.length);
  const keep = intAttribute(attributes, 'keepdims', 1) === 1;
  const shape = keep
    ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return { dtype: x.dtype, shape };
}

function reduceSamples(): OpSample[] {
  return [
    { name: 'last axis, kept', inputs: [f32([2, 3, 4])], attributes: { axes: [-1], keepdims: 1 } },
    { name: 'middle axis, dropped', inputs: [f32([2, 3, 4])], attributes: { axes: [1], keepdims: 0 } },
    { name: 'two axes', inputs: [f32([2, 3, 4])], attributes: { axes: [0, 2], keepdims: 0 } },
    { name: 'all axes', inputs: [f32([3, 4])], attributes: { axes: [0, 1], keepdims: 0 } },
  ];
}

/** The arguments every reduction function takes. */
export interface ReduceOptions {
  /** Keep reduced axes with length 1; false where not given. */
  keep?: boolean;
}

export function reduceAttributes(name: string, x: Value, axes: readonly number[] | undefined, options: ReduceOptions) {
  return {
    axes: resolveAxes(name, axes ?? x.shape.map((_, axis) => axis), x.shape.length),
    keepdims: options.keep ? 1 : 0,
  };
}
