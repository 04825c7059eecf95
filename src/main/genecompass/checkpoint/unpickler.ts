import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/**
 * Reads the pickle of a PyTorch state dict without executing anything.
 *
 * A pickle is a program for a stack machine that can call any Python function. This reader knows the opcodes a state dict
 * needs and three names: `collections.OrderedDict`, `torch._utils._rebuild_tensor_v2` and the torch storage classes.
 * Every other name or opcode ends the reading.
 *
 * Source: CPython pickletools (protocols 2 to 5), torch.serialization of PyTorch 1.13.
 */
export function unpickleStateDict(bytes: Uint8Array, subject: string): Map<string, TensorReference> {
  const result = new Machine(bytes, subject).run();
  if (!(result instanceof Map)) throw refuse(subject, 'it does not hold a state dict');
  const tensors = new Map<string, TensorReference>();
  for (const [key, value] of result) {
    if (typeof key !== 'string') throw refuse(subject, 'a key of the state dict is not a text');
    if (!(value instanceof TensorReference)) throw refuse(subject, `entry ${key} is not a tensor`);
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
export class TensorReference {
  readonly storageKey: string;
  readonly storageType: StorageType;
  readonly storageLength: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], stride: readonly number[]) {
    this.storageKey = storage.key;
    this.storageType = storage.type;
    this.storageLength = storage.length;
    this.offset = offset;
    this.shape = shape;
    this.stride = stride;
  }
}

class Storage {
  readonly type: StorageType;
  readonly key: string;
  readonly length: number;

  constructor(type: StorageType, key: string, length: number) {
    this.type = type;
    this.key = key;
    this.length = length;
  }
}

/** An allowed name; `kind` says what calling it does. */
class Name {
  readonly kind: 'dict' | 'tensor' | 'storage';
  readonly storageType: StorageType | null;

  constructor(kind: Name['kind'], storageType: StorageType | null = null) {
    this.kind = kind;
    this.storageType = storageType;
  }
}

type Item = number | bigint | string | boolean | null | Item[] | Map<Item, Item> | Name | Storage | TensorReference;

const MARK = Symbol('mark');
const MAX_STACK = 1_000_000;
const MAX_RANK = 8;

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #subject: string;
  readonly #stack: (Item | typeof MARK)[] = [];
  readonly #memo = new Map<number, Item>();
  #at = 0;

  constructor(bytes: Uint8Array, subject: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#subject = subject;
  }

  run(): Item {
    for (;;) {
      const position = this.#at;
      const opcode = this.#take(1)[0];
      if (opcode === 0x2e /* STOP */) {
        const result = this.#pop();
        if (this.#stack.length > 0) throw this.#refuse('values are left on its stack');
        return result;
      }
      this.#step(opcode, position);
      if (this.#stack.length > MAX_STACK) throw this.#refuse('its stack grows without bound');
    }
  }

  #step(opcode: number, position: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        this.#protocol(this.#take(1)[0]);
        return;
      case 0x95: // FRAME
        this.#take(8);
        return;
      case 0x28: // MARK
        this.#stack.push(MARK);
        return;
      case 0x4e: // NONE
        this.#push(null);
        return;
      case 0x88: // NEWTRUE
        this.#push(true);
        return;
      case 0x89: // NEWFALSE
        this.#push(false);
        return;
      case 0x4a: // BININT
        this.#push(this.#view.getInt32(this.#advance(4), true));
        return;
      case 0x4b: // BININT1
        this.#push(this.#take(1)[0]);
        return;
      case 0x4d: // BININT2
        this.#push(this.#view.getUint16(this.#advance(2), true));
        return;
      case 0x8a: // LONG1
        this.#push(this.#long(this.#take(1)[0]));
        return;
      case 0x47: // BINFLOAT
        this.#push(this.#view.getFloat64(this.#advance(8), false));
        return;
      case 0x58: // BINUNICODE
        this.#push(this.#text(this.#view.getUint32(this.#advance(4), true)));
        return;
      case 0x8c: // SHORT_BINUNICODE
        this.#push(this.#text(this.#take(1)[0]));
        return;
      case 0x7d: // EMPTY_DICT
        this.#push(new Map());
        return;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        this.#push([]);
        return;
      case 0x74: // TUPLE
        this.#push(this.#popToMark());
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#push(this.#popSome(opcode - 0x84));
        return;
      case 0x71: // BINPUT
        this.#memo.set(this.#take(1)[0], this.#top());
        return;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#view.getUint32(this.#advance(4), true), this.#top());
        return;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 0x68: // BINGET
        this.#push(this.#recall(this.#take(1)[0]));
        return;
      case 0x6a: // LONG_BINGET
        this.#push(this.#recall(this.#view.getUint32(this.#advance(4), true)));
        return;
      case 0x73: // SETITEM
        this.#setItems(this.#popSome(2));
        return;
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark());
        return;
      case 0x63: // GLOBAL
        this.#push(this.#name(this.#line(), this.#line()));
        return;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popSome(2);
        this.#push(this.#name(module, name));
        return;
      }
      case 0x51: // BINPERSID
        this.#push(this.#storage(this.#pop()));
        return;
      case 0x52: {
        // REDUCE
        const [callee, args] = this.#popSome(2);
        this.#push(this.#reduce(callee, args));
        return;
      }
      case 0x62: {
        // BUILD: PyTorch hangs `_metadata` on the state dict; attributes are dropped, nothing is called.
        const [target, state] = this.#popSome(2);
        if (!(target instanceof Map) || !(state instanceof Map)) throw this.#refuse('it sets the state of an object');
        this.#push(target);
        return;
      }
      default:
        throw this.#refuse(`opcode 0x${opcode.toString(16)} at byte ${position} is not one a state dict needs`);
    }
  }

  #protocol(version: number): void {
    if (version < 2 || version > 5) throw this.#refuse(`pickle protocol ${version} is not one of 2 to 5`);
  }

  #name(module: Item, name: Item): Name {
    if (typeof module === 'string' && typeof name === 'string') {
      if (module === 'collections' && name === 'OrderedDict') return new Name('dict');
      if (module === 'torch._utils' && name === '_rebuild_tensor_v2') return new Name('tensor');
      const type = module === 'torch' && name.endsWith('Storage') ? name.slice(0, -'Storage'.length) : '';
      if (STORAGE_TYPES.has(type)) return new Name('storage', type as StorageType);
    }
    throw this.#refuse(`it asks for ${printable(module)}.${printable(name)}, which may run code`);
  }

  #storage(id: Item): Storage {
    const [tag, type, key, , length] = Array.isArray(id) ? id : [];
    const valid =
      tag === 'storage' && type instanceof Name && type.storageType && typeof key === 'string' && isLength(length);
    if (!valid) throw this.#refuse('a persistent id does not name a storage');
    return new Storage(type.storageType!, key, length);
  }

  #reduce(callee: Item, args: Item): Item {
    if (!(callee instanceof Name) || !Array.isArray(args)) throw this.#refuse('it calls something that is not a name');
    if (callee.kind === 'dict' && args.length === 0) return new Map();
    if (callee.kind !== 'tensor') throw this.#refuse(`it calls a ${callee.kind} with ${args.length} arguments`);
    const [storage, offset, shape, stride] = args;
    if (!(storage instanceof Storage) || !isLength(offset) || !isLengths(shape) || !isLengths(stride)) {
      throw this.#refuse('a tensor has malformed arguments');
    }
    if (shape.length !== stride.length || shape.length > MAX_RANK) throw this.#refuse('a tensor has malformed axes');
    const last = shape.reduce((sum, length, axis) => sum + (length - 1) * stride[axis], offset);
    if (!shape.includes(0) && last >= storage.length) throw this.#refuse('a tensor reaches beyond its storage');
    if (shape.reduce((product, length) => product * length, 1) > storage.length) {
      throw this.#refuse('a tensor repeats elements of its storage');
    }
    return new TensorReference(storage, offset, shape, stride);
  }

  #setItems(items: Item[]): void {
    const target = this.#top();
    if (!(target instanceof Map) || items.length % 2 !== 0) throw this.#refuse('it fills something that is not a dict');
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  }

  #recall(key: number): Item {
    const item = this.#memo.get(key);
    if (item === undefined) throw this.#refuse(`memo ${key} is empty`);
    return item;
  }

  #push(item: Item): void {
    this.#stack.push(item);
  }

  #pop(): Item {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK) throw this.#refuse('its stack runs empty');
    return item as Item;
  }

  #popSome(count: number): Item[] {
    const items: Item[] = [];
    for (let i = 0; i < count; i++) items.unshift(this.#pop());
    return items;
  }

  #popToMark(): Item[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw this.#refuse('a mark is missing');
    const items = this.#stack.splice(mark);
    return items.slice(1) as Item[];
  }

  #top(): Item {
    const item = this.#stack.at(-1);
    if (item === undefined || item === MARK) throw this.#refuse('its stack runs empty');
    return item as Item;
  }

  #advance(count: number): number {
    const start = this.#at;
    if (start + count > this.#bytes.length) throw this.#refuse('it ends too early');
    this.#at += count;
    return start;
  }

  #take(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.#bytes.subarray(start, start + count);
  }

  #text(length: number): string {
    return new TextDecoder().decode(this.#take(length));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 1000) throw this.#refuse('a name has no end');
    const text = this.#text(end - this.#at);
    this.#at = end + 1;
    return text;
  }

  #long(count: number): number {
    if (count > 8) throw this.#refuse('an integer is longer than 64 bits');
    let value = 0n;
    this.#take(count).forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
    return Number(BigInt.asIntN(8 * count, value));
  }

  #refuse(fact: string): WorkbenchError {
    return refuse(this.#subject, fact);
  }
}

function isLength(item: Item | undefined): item is number {
  return typeof item === 'number' && Number.isSafeInteger(item) && item >= 0;
}

function isLengths(item: Item): item is number[] {
  return Array.isArray(item) && item.every((value) => isLength(value));
}

function printable(item: Item): string {
  return typeof item === 'string' ? item.replace(/[^\w.]/g, '?').slice(0, 80) : '?';
}

function refuse(subject: string, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${subject}: ${fact}; only plain PyTorch state dicts are read and nothing in them is executed. Ask for a safetensors file.`,
  );
}
