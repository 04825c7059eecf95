import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ByteSource } from './byte-source.ts';
import { POINTER_BYTES, refusePointer } from './lfs-pointer.ts';
import {
  elementCount,
  type StoredTensor,
  type StoredTensors,
  TENSOR_BYTES,
  type TensorDType,
} from './stored-tensor.ts';
import { type StorageType, type TensorReference, unpickleStateDict } from './unpickler.ts';
import { readStoredZip, type ZipEntry } from './zip-reader.ts';

/** The pickle of a published model has 30 kB. */
const MAX_PICKLE_BYTES = 16 * 1024 * 1024;
/** First bytes of what PyTorch before 1.6 wrote: a pickled magic number. */
const LEGACY = Uint8Array.of(0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46);

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
  const start = source.read(0, Math.min(source.size, POINTER_BYTES));
  refusePointer(source.name, start);
  if (LEGACY.every((byte, i) => start[i] === byte)) {
    throw new WorkbenchError(
      'unsupported',
      `${source.name}: it is in the format of PyTorch before 1.6; save the model again with a later version, or as safetensors.`,
    );
  }
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
  Array.from(pickle.verify());
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
  const { shape, stride, offset, storageKey } = reference;
  const storage = {
    key: storageKey,
    sizeBytes: entry.size,
    verify: () => entry.verify(),
    place: [storageKey, dtype, offset, shape.join(), stride.join()].join(':'),
  };
  const read = () => readView(entry.read(), reference, elementBytes);
  if (!isContiguous(shape, stride)) return { dtype, shape, storage, read };
  const start = offset * elementBytes;
  return {
    dtype,
    shape,
    storage,
    read: () => entry.readPart(start, elementCount(shape) * elementBytes),
    readPart: (at, length) => entry.readPart(start + at, length),
  };
}

/** Row-major bytes of a strided view. */
function readView(storage: Uint8Array, { offset, shape, stride }: TensorReference, elementBytes: number): Uint8Array {
  const size = elementCount(shape);
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
