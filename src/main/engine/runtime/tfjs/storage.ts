import * as tf from '@tensorflow/tfjs-core';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { allocate, type DType, formatType, sizeOf, type TensorType, type TypedArray } from '../../ir/value.ts';
import type { Tensor } from '../tensor.ts';

/**
 * How a dtype of the graph lies in a TensorFlow.js tensor, which knows float32, int32 and bool only.
 *
 * uint32 is the same 32 bits read as int32; int64 is int32 as long as its numbers fit. float64 has no place.
 */
export const STORAGE: Readonly<Record<DType, 'float32' | 'int32' | 'bool' | null>> = {
  float32: 'float32',
  float64: null,
  int32: 'int32',
  int64: 'int32',
  uint32: 'int32',
  bool: 'bool',
};

/** A tensor of these numbers on the current backend. Throws: numeric for an int64 beyond 32 bits. */
export function upload({ dtype, shape, data }: Tensor): tf.Tensor {
  return store({ dtype, shape }, data);
}

/** A tensor holding `data` as `type`. Throws: numeric for an int64 beyond 32 bits. */
export function store(type: TensorType, data: TypedArray): tf.Tensor {
  const shape = type.shape as number[];
  switch (type.dtype) {
    case 'int64':
      return tf.tensor(data instanceof BigInt64Array ? narrowed(type, data) : (data as Int32Array), shape, 'int32');
    case 'uint32':
      return tf.tensor(asInt32(data as Uint32Array), shape, 'int32');
    default:
      return tf.tensor(data as Float32Array | Int32Array | Uint8Array, shape, STORAGE[type.dtype]!);
  }
}

/** The numbers of a tensor, copied into an array of the graph's dtype: `into` where one is given. */
export function download(held: tf.Tensor, type: TensorType, into?: TypedArray): TypedArray {
  const out = into ?? allocate(type.dtype, sizeOf(type.shape));
  if (out instanceof BigInt64Array) integersOf(held, 'int64').forEach((value, i) => (out[i] = BigInt(value)));
  else if (out instanceof Uint32Array) out.set(integersOf(held, 'uint32'));
  else (out as Float32Array).set(held.dataSync());
  return out;
}

/** The numbers of an integer tensor, as its dtype reads them. Note: may be the tensor's own memory; do not write. */
export function integersOf(held: tf.Tensor, dtype: DType): Int32Array | Uint32Array {
  const stored = held.dataSync();
  // A cast from bool keeps the bytes of the bool on the cpu backend.
  const data = stored instanceof Int32Array ? stored : Int32Array.from(stored);
  return dtype === 'uint32' ? asUint32(data) : data;
}

function asInt32(data: Uint32Array | Int32Array): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset, data.length);
}

function asUint32(data: Int32Array): Uint32Array {
  return new Uint32Array(data.buffer, data.byteOffset, data.length);
}

function narrowed(type: TensorType, data: BigInt64Array): Int32Array {
  return Int32Array.from(data, (value) => fitted(type, Number(value)));
}

/** `value` where an int32 holds it. Throws: numeric otherwise. */
export function fitted(type: TensorType, value: number): number {
  if (value === (value | 0)) return value;
  throw new WorkbenchError(
    'numeric',
    `${formatType(type)}: ${value} does not fit into the 32 bits TensorFlow.js has for it; run this on ONNX Runtime.`,
  );
}
