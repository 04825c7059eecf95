import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';

export const reshape: Kernel = ({ inputs: [x], outputs: [out] }) => tf.reshape(x, out.shape as number[]);

export const expand: Kernel = ({ inputs: [x], outputs: [out] }) => tf.broadcastTo(x, out.shape as number[]);

export const transpose: Kernel = ({ inputs: [x], attributes }) => tf.transpose(x, attributes.perm as number[]);

export const concat: Kernel = ({ inputs, types: [first], attributes }) => {
  const axis = attributes.axis as number;
  return tf.concat([...inputs], axis < 0 ? axis + first.shape.length : axis);
};

export const split: Kernel = ({ inputs: [x], types: [type], attributes }) => {
  const axis = attributes.axis as number;
  return tf.split(x, attributes.split as number[], axis < 0 ? axis + type.shape.length : axis);
};

export const slice: Kernel = ({ inputs: [x], types: [{ shape }], outputs: [out], attributes }) => {
  const [axis] = attributes.axes as number[];
  const [start] = attributes.starts as number[];
  const along = axis < 0 ? axis + shape.length : axis;
  return tf.slice(
    x,
    shape.map((_, i) => (i === along ? start : 0)),
    out.shape as number[],
  );
};
