import * as tf from '@tensorflow/tfjs-core';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type Shape, sizeOf, type TensorType } from '../../ir/value.ts';
import { offsets, stridesOf } from '../../ops/shapes.ts';
import type { Kernel } from './kernel.ts';
import { integersOf } from './storage.ts';

/** TensorFlow.js neither takes negative indices nor refuses those outside, so they are looked at here. */
function checkedIndices(op: string, indices: tf.Tensor, length: number): Int32Array {
  return Int32Array.from(integersOf(indices, 'int32'), (index) => {
    const resolved = index < 0 ? index + length : index;
    if (resolved >= 0 && resolved < length) return resolved;
    throw new WorkbenchError('invalid-input', `${op}: index ${index} is outside an axis of ${length}; check the feed.`);
  });
}

export const gather: Kernel = ({ inputs: [x, indices], types: [type], outputs: [out], attributes }) => {
  const axis = resolved(attributes.axis, type);
  const picked = checkedIndices('Gather', indices, type.shape[axis]);
  return tf.reshape(tf.gather(x, tf.tensor1d(picked, 'int32'), axis), out.shape as number[]);
};

export const gatherElements: Kernel = ({ inputs: [x, indices], types: [type, places], outputs: [out], attributes }) => {
  const at = elementOffsets('GatherElements', type, indices, places.shape, resolved(attributes.axis, type));
  return tf.reshape(tf.gather(tf.reshape(x, [sizeOf(type.shape)]), tf.tensor1d(at, 'int32')), out.shape as number[]);
};

/** Equal indices add up, one after another. */
export const scatterElementsAdd: Kernel = ({
  inputs: [data, indices, updates],
  types: [type, places],
  outputs: [out],
  attributes,
}) => {
  const at = elementOffsets('ScatterElements', type, indices, places.shape, resolved(attributes.axis, type));
  const result = Float32Array.from(data.dataSync());
  const added = updates.dataSync();
  for (let i = 0; i < at.length; i++) result[at[i]] += added[i];
  return tf.tensor(result, out.shape as number[], 'float32');
};

function resolved(axis: unknown, { shape }: TensorType): number {
  const given = typeof axis === 'number' ? axis : 0;
  return given < 0 ? given + shape.length : given;
}

/** Offset in a tensor of `type` of each element that `indices` name along `axis`. */
function elementOffsets(
  op: string,
  { shape }: TensorType,
  indices: tf.Tensor,
  places: Shape,
  axis: number,
): Int32Array {
  const strides = stridesOf(shape);
  const along = checkedIndices(op, indices, shape[axis]);
  let n = 0;
  for (const offset of offsets(
    places,
    strides.map((stride, i) => (i === axis ? 0 : stride)),
  )) {
    along[n] = offset + along[n] * strides[axis];
    n++;
  }
  return along;
}
