import type * as tf from '@tensorflow/tfjs-core';
import type { Attributes, DType, TensorType } from '../../ir/value.ts';

/** One application of an op. Tensors hold their dtype as `storage.ts` says; `types` and `outputs` are those of the graph. */
export interface KernelCall {
  readonly inputs: readonly tf.Tensor[];
  readonly types: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly attributes: Attributes;
}

/** An op on TensorFlow.js tensors, one for each output. Called inside `tf.tidy`; may return one of its inputs. */
export type Kernel = (call: KernelCall) => tf.Tensor | readonly tf.Tensor[];

/** dtypes of the graph that are computed as integers. */
export function isInteger(dtype: DType): boolean {
  return dtype === 'int32' || dtype === 'int64' || dtype === 'uint32';
}
