import type * as tf from '@tensorflow/tfjs-core';
import { type DType, type Shape, sizeOf, type TensorType } from '../../ir/value.ts';
import { offsets, stridesOf } from '../../ops/shapes.ts';
import type { Kernel } from './kernel.ts';
import { fitted, integersOf, store } from './storage.ts';

type Compute = (a: number, b: number) => number;

/**
 * A broadcast integer op in JavaScript. TensorFlow.js has no unsigned integers, multiplies int32 through floats and rounds
 * quotients down; here int32 and uint32 wrap as everywhere else, and an int64 that leaves 32 bits is an error.
 */
export function integerBinary(compute: Compute): Kernel {
  return ({ inputs: [a, b], types: [left, right], outputs: [out] }) => elementwise(compute, [a, left], [b, right], out);
}

/** One input, see `integerBinary`. */
export function integerUnary(compute: (x: number) => number): Kernel {
  return ({ inputs: [x], types: [type], outputs: [out] }) => {
    const data = integersOf(x, type.dtype);
    const result = resultOf(out, data.length);
    const keep = keeper(out);
    for (let i = 0; i < data.length; i++) result[i] = keep(compute(data[i]));
    return store(out, result);
  };
}

/** Product modulo 2^32, exact; int64 products stay below 2^53 as long as they fit into the storage. */
export function product(dtype: DType): Compute {
  return dtype === 'int64' ? (a, b) => a * b : Math.imul;
}

function elementwise(
  compute: Compute,
  [a, left]: [tf.Tensor, TensorType],
  [b, right]: [tf.Tensor, TensorType],
  out: TensorType,
): tf.Tensor {
  const [p, q] = [integersOf(a, left.dtype), integersOf(b, right.dtype)];
  const result = resultOf(out, sizeOf(out.shape));
  const keep = keeper(out);
  const width = out.shape.at(-1) ?? 1;
  const [pAt, qAt] = [rowOffsets(left.shape, out.shape), rowOffsets(right.shape, out.shape)];
  const [pStep, qStep] = [lastStep(left.shape, width), lastStep(right.shape, width)];
  for (let row = 0; row < pAt.length; row++) {
    let [i, j] = [pAt[row], qAt[row]];
    for (let at = row * width; at < (row + 1) * width; at++) {
      result[at] = keep(compute(p[i], q[j]));
      i += pStep;
      j += qStep;
    }
  }
  return store(out, result);
}

/** Sums or maxima over axes, on integers. */
export function integerReduce(combine: (dtype: DType) => Compute, initial: (dtype: DType) => number): Kernel {
  return ({ inputs: [x], types: [type], outputs: [out], attributes }) => {
    const data = integersOf(x, type.dtype);
    const rank = type.shape.length;
    const axes = (attributes.axes as readonly number[]).map((axis) => (axis < 0 ? axis + rank : axis));
    const strides = stridesOf(type.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)));
    const totals = new Float64Array(sizeOf(out.shape)).fill(initial(type.dtype));
    const join = combine(type.dtype);
    let n = 0;
    for (const target of offsets(
      type.shape,
      strides.map((stride, axis) => (axes.includes(axis) ? 0 : stride)),
    )) {
      totals[target] = join(totals[target], data[n++]);
    }
    return store(
      out,
      resultOf(out, totals.length).map((_, i) => keeper(out)(totals[i])),
    );
  };
}

function resultOf({ dtype }: TensorType, size: number): Int32Array | Uint8Array {
  return dtype === 'bool' ? new Uint8Array(size) : new Int32Array(size);
}

/** int32 and uint32 wrap when stored; int64 must fit. */
function keeper(out: TensorType): (value: number) => number {
  return out.dtype === 'int64' ? (value) => fitted(out, value) : (value) => value;
}

function lastStep(shape: Shape, width: number): number {
  return shape.length > 0 && (shape.at(-1) === width || width === 1) ? 1 : 0;
}

/** Offset of each row of `out` in a tensor of `shape` that is stretched to it. */
function rowOffsets(shape: Shape, out: Shape): Int32Array {
  const own = stridesOf(shape);
  const strides = out.map((_, axis) => {
    const mine = axis - (out.length - shape.length);
    return mine < 0 || shape[mine] === 1 ? 0 : own[mine];
  });
  return Int32Array.from(offsets(out.slice(0, -1), strides.slice(0, -1)));
}
