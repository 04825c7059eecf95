import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Element types by their safetensors names. */
export const TENSOR_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;
export type TensorDType = keyof typeof TENSOR_BYTES;

/** Bytes several tensors may lie in. */
export interface TensorStorage {
  readonly key: string;
  readonly sizeBytes: number;
  /** Tensors with equal places are the same tensor. */
  readonly place: string;
  /** Gives the number of bytes after each block. Throws: data-format when they do not fit the checksum of the file. */
  verify(): Iterable<number>;
}

/** A tensor of a file, little-endian and row-major; its bytes are read when they are asked for. */
export interface StoredTensor {
  readonly dtype: TensorDType;
  readonly shape: readonly number[];
  read(): Uint8Array;
  /** Bytes [offset, offset + length) alone, where the file allows it. */
  readPart?(offset: number, length: number): Uint8Array;
  readonly storage?: TensorStorage;
}

export type StoredTensors = ReadonlyMap<string, StoredTensor>;

/** Names are shown in messages, so they have to be short plain text. */
export function isTensorName(name: string): boolean {
  return /^[\x20-\x7e]{1,300}$/.test(name);
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Rows [start, end) of the first axis; only they are read where the file allows it. */
export function rowsOf(tensor: StoredTensor, start: number, end: number): StoredTensor {
  const [nRows, ...rest] = tensor.shape;
  const rowBytes = elementCount(rest) * TENSOR_BYTES[tensor.dtype];
  const [from, to] = [Math.min(start, nRows), Math.min(end, nRows)];
  const read = () =>
    tensor.readPart?.(from * rowBytes, (to - from) * rowBytes) ??
    tensor.read().subarray(from * rowBytes, to * rowBytes);
  return { dtype: tensor.dtype, shape: [to - from, ...rest], read };
}

export function float32Tensor(data: Float32Array, shape: readonly number[]): StoredTensor {
  return { dtype: 'F32', shape, read: () => new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

export function int64Tensor(values: ArrayLike<number>, shape: readonly number[]): StoredTensor {
  const read = () => new Uint8Array(BigInt64Array.from({ length: values.length }, (_, i) => BigInt(values[i])).buffer);
  return { dtype: 'I64', shape, read };
}

/** The bytes in pieces of at most `blockBytes`, a multiple of 8, so that a large tensor need not fit in memory. */
export function* tensorBlocks(tensor: StoredTensor, blockBytes: number): Generator<Uint8Array> {
  const size = elementCount(tensor.shape) * TENSOR_BYTES[tensor.dtype];
  const whole = tensor.readPart ? null : tensor.read();
  for (let at = 0; at < size; at += blockBytes) {
    const length = Math.min(blockBytes, size - at);
    yield whole ? whole.subarray(at, at + length) : tensor.readPart!(at, length);
  }
}

/**
 * Elements of one block as float32; `first` is the number of the first, for messages.
 *
 * Throws: data-format when an element is not finite.
 */
export function blockToFloat32(name: string, dtype: TensorDType, bytes: Uint8Array, first: number): Float32Array {
  const shape = [bytes.length / TENSOR_BYTES[dtype]];
  return toFloat32(name, { dtype, shape, read: () => bytes }, first);
}

/** Throws: data-format when an element is not finite. */
export function toFloat32(name: string, tensor: StoredTensor, first = 0): Float32Array {
  const values = toNumbers(tensor);
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new WorkbenchError(
        'data-format',
        `${name}: element ${first + i} is ${data[i]}, only finite numbers are expected; the file is damaged.`,
      );
    }
  }
  return data;
}

/** Throws: data-format when an element is not a 32-bit integer. */
export function toInt32(name: string, tensor: StoredTensor): Int32Array {
  const values = toNumbers(tensor);
  const data = new Int32Array(values.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = values[i];
    if (data[i] !== values[i]) {
      throw new WorkbenchError(
        'data-format',
        `${name}: element ${i} is ${values[i]}, not a 32-bit integer; the file is damaged.`,
      );
    }
  }
  return data;
}

function toNumbers(tensor: StoredTensor): ArrayLike<number> & Iterable<number> {
  const bytes = aligned(tensor.read(), TENSOR_BYTES[tensor.dtype]);
  const { buffer, byteOffset } = bytes;
  const length = elementCount(tensor.shape);
  switch (tensor.dtype) {
    case 'F64':
      return new Float64Array(buffer, byteOffset, length);
    case 'F32':
      return new Float32Array(buffer, byteOffset, length);
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length), halfToFloat);
    case 'BF16':
      return bfloatToFloat(new Uint16Array(buffer, byteOffset, length));
    case 'I64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'I32':
      return new Int32Array(buffer, byteOffset, length);
    case 'I16':
      return new Int16Array(buffer, byteOffset, length);
    case 'I8':
      return new Int8Array(buffer, byteOffset, length);
    case 'U8':
    case 'BOOL':
      return bytes;
  }
}

function aligned(bytes: Uint8Array, elementBytes: number): Uint8Array {
  // Not `slice`, which gives a view where the bytes are a Buffer.
  return bytes.byteOffset % elementBytes === 0 ? bytes : new Uint8Array(bytes);
}

export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function bfloatToFloat(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
