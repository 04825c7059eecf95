import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ByteSource } from './byte-source.ts';
import {
  elementCount,
  type StoredTensor,
  type StoredTensors,
  TENSOR_BYTES,
  type TensorDType,
} from './stored-tensor.ts';
import { type StorageType, type TensorReference, unpickleStateDict } from './unpickler.ts';
import { readStoredZip, type ZipEntry } from './zip-reader.ts';

const MAX_PICKLE_BYTES = 64 * 1024 * 1024;

const DTYPES: Readonly<Record<StorageType, TensorDType>> = {
  Double: 'F64',
  Float: 'F32',
  Half: 'F16',
  BFloat16: 'BF16',
  Long: 'I64',
  Int: 'I32',
  Short: 'I16',
  Char: 'I8',
  Byte: 'U8',
  Bool: 'BOOL',
};

/**
 * Reads the state dict of a file written by `torch.save`; tensors are read when asked for.
 *
 * Throws: data-format when the file is damaged or holds anything but tensors; unsupported for other archives.
 */
export function readPytorchCheckpoint(source: ByteSource): StoredTensors {
  const entries = readStoredZip(source);
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new WorkbenchError(
      'data-format',
      `${source.name}: it holds ${pickles.length} data.pkl members, a PyTorch file has one; choose the model file.`,
    );
  }
  const pickle = entries.get(pickles[0])!;
  const folder = pickles[0].slice(0, -'data.pkl'.length);
  if (pickle.size > MAX_PICKLE_BYTES) {
    throw new WorkbenchError(
      'data-format',
      `${source.name}: its pickle has ${pickle.size} bytes, a state dict needs fewer than ${MAX_PICKLE_BYTES}; choose the model file.`,
    );
  }
  const byteOrder = entries.get(`${folder}byteorder`);
  if (byteOrder && new TextDecoder().decode(byteOrder.read()).trim() !== 'little') {
    throw new WorkbenchError(
      'unsupported',
      `${source.name}: it is big-endian; save the model on a little-endian machine.`,
    );
  }
  const tensors = new Map<string, StoredTensor>();
  for (const [name, reference] of unpickleStateDict(pickle.read(), source.name)) {
    tensors.set(name, storedTensor(source, entries.get(`${folder}data/${reference.storageKey}`), name, reference));
  }
  return tensors;
}

function storedTensor(
  source: ByteSource,
  entry: ZipEntry | undefined,
  name: string,
  reference: TensorReference,
): StoredTensor {
  const dtype = DTYPES[reference.storageType];
  const elementBytes = TENSOR_BYTES[dtype];
  if (!entry || entry.size !== reference.storageLength * elementBytes) {
    throw new WorkbenchError(
      'data-format',
      `${source.name}: tensor ${name} needs ${reference.storageLength * elementBytes} bytes, its storage ${entry ? `has ${entry.size}` : 'is missing'}; copy the file again.`,
    );
  }
  return { dtype, shape: reference.shape, read: () => readView(entry.read(), reference, elementBytes) };
}

/** Row-major bytes of a strided view. */
function readView(storage: Uint8Array, { offset, shape, stride }: TensorReference, elementBytes: number): Uint8Array {
  const size = elementCount(shape);
  if (isContiguous(shape, stride)) return storage.subarray(offset * elementBytes, (offset + size) * elementBytes);
  const bytes = new Uint8Array(size * elementBytes);
  const index = shape.map(() => 0);
  for (let i = 0; i < size; i++) {
    const at = index.reduce((sum, position, axis) => sum + position * stride[axis], offset) * elementBytes;
    bytes.set(storage.subarray(at, at + elementBytes), i * elementBytes);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return bytes;
}

function isContiguous(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}
