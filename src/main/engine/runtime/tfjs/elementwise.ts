import * as tf from '@tensorflow/tfjs-core';
import type { DType } from '../../ir/value.ts';
import { integerBinary, integerUnary, product } from './integers.ts';
import { isInteger, type Kernel, type KernelCall } from './kernel.ts';
import { fitted, integersOf, store } from './storage.ts';

type Float2 = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
type Integer2 = (a: number, b: number) => number;

/** Floats by an op of TensorFlow.js, integers in JavaScript. */
function binary(float: Float2, integer: (dtype: DType) => Integer2): Kernel {
  return (call) =>
    isInteger(call.types[0].dtype)
      ? integerBinary(integer(call.types[0].dtype))(call)
      : float(call.inputs[0], call.inputs[1]);
}

function unary(float: (x: tf.Tensor) => tf.Tensor, integer?: (x: number) => number): Kernel {
  return (call) => (integer && isInteger(call.types[0].dtype) ? integerUnary(integer)(call) : float(call.inputs[0]));
}

export const add = binary(tf.add, () => (a, b) => a + b);
export const sub = binary(tf.sub, () => (a, b) => a - b);
export const mul = binary(tf.mul, product);
export const div = binary(tf.div, () => (a, b) => Math.trunc(a / b));
export const pow: Kernel = ({ inputs: [a, b] }) => tf.pow(a, b);
export const max = binary(tf.maximum, () => Math.max);
export const min = binary(tf.minimum, () => Math.min);
export const mod = integerBinary((a, b) => a - Math.floor(a / b) * b);
export const greater = binary(tf.greater, () => (a, b) => Number(a > b));
export const less = binary(tf.less, () => (a, b) => Number(a < b));
export const equal = binary(tf.equal, () => (a, b) => Number(a === b));
export const and: Kernel = ({ inputs: [a, b] }) => tf.logicalAnd(a, b);
export const xor = integerBinary((a, b) => a ^ b);
export const shiftRight = integerBinary((a, b) => a >>> b);

export const abs = unary(tf.abs, Math.abs);
export const neg = unary(tf.neg, (x) => -x);
export const sign = unary(tf.sign, Math.sign);
export const exp = unary(tf.exp);
export const log = unary(tf.log);
export const sqrt = unary(tf.sqrt);
export const reciprocal = unary(tf.reciprocal);
export const tanh = unary(tf.tanh);
export const sigmoid = unary(tf.sigmoid);
export const relu = unary(tf.relu);
export const erf = unary(tf.erf);
export const not = unary(tf.logicalNot);
export const identity: Kernel = ({ inputs: [x] }) => x;

/** x P(x), P the normal distribution function. */
export const gelu: Kernel = ({ inputs: [x] }) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

export const clip: Kernel = (call) => {
  const { inputs, types } = call;
  if (!isInteger(types[0].dtype)) return tf.minimum(tf.maximum(inputs[0], inputs[1]), inputs[2]);
  const [low, high] = [1, 2].map((i) => integersOf(inputs[i], types[i].dtype)[0]);
  return integerUnary((x) => Math.min(Math.max(x, low), high))(call);
};

/** The condition stretches too. */
export const where: Kernel = ({ inputs: [condition, a, b], outputs: [{ shape }] }) => {
  const full = (x: tf.Tensor) => tf.broadcastTo(x, shape as number[]);
  return tf.where(full(condition), full(a), full(b));
};

export const cast: Kernel = (call) => {
  const [x] = call.inputs;
  const [from, to] = [call.types[0].dtype, call.outputs[0].dtype];
  if (to === 'bool') return tf.notEqual(x, tf.zerosLike(x));
  if (from === 'float32' && (to === 'int64' || to === 'uint32')) return truncated(call);
  if (from === 'uint32' && to === 'float32') {
    return store(call.outputs[0], Float32Array.from(integersOf(x, 'uint32')));
  }
  if (from === 'uint32' && to === 'int64') return integerUnary((value) => value)(call);
  return tf.cast(x, to === 'float32' ? 'float32' : 'int32');
};

function truncated({ inputs: [x], outputs: [out] }: KernelCall): tf.Tensor {
  const keep = (value: number) => (out.dtype === 'int64' ? fitted(out, Math.trunc(value)) : value);
  return store(out, Int32Array.from(x.dataSync(), keep));
}
