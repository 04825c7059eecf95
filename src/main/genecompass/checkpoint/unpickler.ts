import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { isTensorName } from './stored-tensor.ts';
import { type Dialect, type Item, PickleObject, runPickle } from './pickle-machine.ts';

/**
 * Reads the pickle of a PyTorch state dict without executing anything.
 *
 * A pickle is a program for a stack machine that can call any Python function. This reader knows the opcodes plain data
 * needs and three names: `collections.OrderedDict`, `torch._utils._rebuild_tensor_v2` and the torch storage classes.
 * Every other name or opcode ends the reading.
 *
 * Source: torch.serialization of PyTorch 1.13.
 */
export function unpickleStateDict(bytes: Uint8Array, subject: string): Map<string, TensorReference> {
  const dialect = stateDictDialect(subject);
  const result = runPickle(bytes, dialect);
  if (!(result instanceof Map)) throw dialect.refuse('it does not hold a state dict');
  const tensors = new Map<string, TensorReference>();
  for (const [key, value] of result) {
    if (typeof key !== 'string') throw dialect.refuse('a key of the state dict is not a text');
    if (!isTensorName(key)) throw dialect.refuse('a key of the state dict is not the name of a tensor');
    if (!(value instanceof TensorReference)) throw dialect.refuse(`entry ${key.slice(0, 80)} is not a tensor`);
    tensors.set(key, value);
  }
  return tensors;
}

export type StorageType =
  'Double' | 'Float' | 'Half' | 'BFloat16' | 'Long' | 'Int' | 'Short' | 'Char' | 'Byte' | 'Bool';
const STORAGE_TYPES: ReadonlySet<string> = new Set<StorageType>([
  'Double',
  'Float',
  'Half',
  'BFloat16',
  'Long',
  'Int',
  'Short',
  'Char',
  'Byte',
  'Bool',
]);

/** Where a tensor lies: a view of `shape` and `stride` into a storage of `storageLength` elements. */
export class TensorReference extends PickleObject {
  readonly storageKey: string;
  readonly storageType: StorageType;
  readonly storageLength: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], stride: readonly number[]) {
    super();
    this.storageKey = storage.key;
    this.storageType = storage.type;
    this.storageLength = storage.length;
    this.offset = offset;
    this.shape = shape;
    this.stride = stride;
  }
}

class Storage extends PickleObject {
  readonly type: StorageType;
  readonly key: string;
  readonly length: number;

  constructor(type: StorageType, key: string, length: number) {
    super();
    this.type = type;
    this.key = key;
    this.length = length;
  }
}

/** An allowed name; `kind` says what calling it does. */
class Name extends PickleObject {
  readonly kind: 'dict' | 'tensor' | 'storage';
  readonly storageType: StorageType | null;

  constructor(kind: Name['kind'], storageType: StorageType | null = null) {
    super();
    this.kind = kind;
    this.storageType = storageType;
  }
}

const MAX_RANK = 8;

function stateDictDialect(subject: string): Dialect {
  const refuse = (fact: string) =>
    new WorkbenchError(
      'data-format',
      `${subject}: ${fact}; only plain PyTorch state dicts are read and nothing in them is executed. Ask for a safetensors file.`,
    );
  return {
    // A tensor takes about 40 steps and 8 objects.
    maxSteps: 4_000_000,
    maxObjects: 1_000_000,
    refuse,
    name(module, name) {
      if (module === 'collections' && name === 'OrderedDict') return new Name('dict');
      if (module === 'torch._utils' && name === '_rebuild_tensor_v2') return new Name('tensor');
      const type = module === 'torch' && name.endsWith('Storage') ? name.slice(0, -'Storage'.length) : '';
      return STORAGE_TYPES.has(type) ? new Name('storage', type as StorageType) : null;
    },
    persistent(id) {
      const [tag, type, key, , length] = Array.isArray(id) ? id : [];
      if (tag === 'storage' && type instanceof Name && type.storageType && typeof key === 'string' && isLength(length))
        return new Storage(type.storageType, key, length);
      throw refuse('a persistent id does not name a storage');
    },
    build(target, state) {
      // PyTorch hangs `_metadata` on the state dict; attributes are dropped, nothing is called.
      if (target instanceof Map && state instanceof Map) return target;
      throw refuse('it sets the state of an object');
    },
    call(callee, args) {
      if (!(callee instanceof Name)) throw refuse('it calls something that is not a name');
      if (callee.kind === 'dict' && args.length === 0) return new Map();
      if (callee.kind !== 'tensor') throw refuse(`it calls a ${callee.kind} with ${args.length} arguments`);
      const [storage, offset, shape, stride] = args;
      if (!(storage instanceof Storage) || !isLength(offset) || !isAxes(shape) || !isAxes(stride))
        throw refuse('a tensor has malformed arguments');
      if (shape.length !== stride.length) throw refuse('a tensor has malformed axes');
      const last = shape.reduce((sum, length, axis) => sum + (length - 1) * stride[axis], offset);
      // An empty tensor reads nothing, wherever it lies.
      if (!shape.includes(0) && last >= storage.length) throw refuse('a tensor reaches beyond its storage');
      if (shape.reduce((product, length) => product * length, 1) > storage.length)
        throw refuse('a tensor repeats elements of its storage');
      return new TensorReference(storage, offset, shape, stride);
    },
  };
}

function isLength(item: Item | undefined): item is number {
  return typeof item === 'number' && Number.isSafeInteger(item) && item >= 0;
}

function isAxes(item: Item | undefined): item is number[] {
  return Array.isArray(item) && item.length <= MAX_RANK && item.every((value) => isLength(value));
}
