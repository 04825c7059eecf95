import * as tf from '@tensorflow/tfjs-core';
import { sameShape, sizeOf } from '../../ir/value.ts';
import { integerReduce } from './integers.ts';
import { isInteger, type Kernel, type KernelCall } from './kernel.ts';

/** Leading axes stretch, which TensorFlow.js computes but cannot derive; here they are stretched before. */
export const matmul: Kernel = ({ inputs: [a, b], types: [left, right], outputs: [out] }) => {
  const stack = out.shape.slice(0, -2);
  if (right.shape.length === 2) {
    const rows = sizeOf(left.shape.slice(0, -1));
    return tf.reshape(tf.matMul(tf.reshape(a, [rows, left.shape.at(-1)!]), unshared(b)), out.shape as number[]);
  }
  const stretched = (x: tf.Tensor, shape: readonly number[]) =>
    sameShape(shape.slice(0, -2), stack) ? x : tf.broadcastTo(x, [...stack, ...shape.slice(-2)]);
  return tf.matMul(stretched(a, left.shape), unshared(stretched(b, right.shape)));
};

export const gemm: Kernel = ({ inputs: [a, b, bias], attributes }) => {
  const product = tf.matMul(a, unshared(b), attributes.transA === 1, attributes.transB === 1);
  return bias ? tf.add(product, bias) : product;
};

/**
 * The right factor with memory of its own on the WASM backend.
 *
 * Note: version 4.22 remembers how to multiply by a tensor under its memory alone. The same memory reshaped is then
 * multiplied by the earlier shape: wrong numbers, and writes outside the result (ones [1, 6] times ones [6, 6], then
 * ones [1, 12] times the same as [12, 3], gives sixes).
 */
function unshared(b: tf.Tensor): tf.Tensor {
  return tf.getBackend() === 'wasm' ? tf.add(b, 0) : b;
}

const axesOf = ({ attributes }: KernelCall) => attributes.axes as number[];
const keeps = ({ attributes }: KernelCall) => attributes.keepdims === 1;

const integerSum = integerReduce(
  () => (a, b) => a + b,
  () => 0,
);
const integerMax = integerReduce(
  () => Math.max,
  () => Number.NEGATIVE_INFINITY,
);

export const reduceSum: Kernel = (call) =>
  isInteger(call.types[0].dtype) ? integerSum(call) : tf.sum(call.inputs[0], axesOf(call), keeps(call));
export const reduceMax: Kernel = (call) =>
  isInteger(call.types[0].dtype) ? integerMax(call) : tf.max(call.inputs[0], axesOf(call), keeps(call));
export const reduceMean: Kernel = (call) => tf.mean(call.inputs[0], axesOf(call), keeps(call));

/** TensorFlow.js normalises the last axis only. */
function alongLast(compute: (x: tf.Tensor) => tf.Tensor): Kernel {
  return ({ inputs: [x], types: [{ shape }], attributes }) => {
    const rank = shape.length;
    const given = (attributes.axis as number | undefined) ?? -1;
    const axis = given < 0 ? given + rank : given;
    if (axis === rank - 1) return compute(x);
    const swapped = shape.map((_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
    return tf.transpose(compute(tf.transpose(x, swapped)), swapped);
  };
}

export const softmax = alongLast((x) => tf.softmax(x));
export const logSoftmax = alongLast((x) => tf.logSoftmax(x));

/** y, mean and 1 / sigma over the last axis, the variance after the mean is taken off. */
export const layerNormalization: Kernel = ({ inputs: [x, scale, bias], attributes }) => {
  const mean = tf.mean(x, -1, true);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), -1, true);
  const inverse = tf.rsqrt(tf.add(variance, attributes.epsilon as number));
  return [tf.add(tf.mul(tf.mul(centred, inverse), scale), bias), mean, inverse];
};

export const argMax: Kernel = ({ inputs: [x], outputs: [out], attributes }) =>
  tf.reshape(tf.argMax(x, (attributes.axis as number | undefined) ?? 0), out.shape as number[]);
