import type { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** A thing only a dialect can make and understand: a name, a storage, a tensor, an array. */
export abstract class PickleObject {}

export type Item = number | string | boolean | null | Uint8Array | Item[] | Map<Item, Item> | PickleObject;

/** Which names a pickle may ask for and what calling them gives; everything else ends the reading. */
export interface Dialect {
  /** Null refuses the name. */
  name(module: string, name: string): PickleObject | null;
  call(callee: PickleObject, args: Item[]): Item;
  /** State for an object; only objects of the dialect and dicts come here. */
  build(target: Item, state: Item): Item;
  persistent(id: Item): Item;
  refuse(fact: string): WorkbenchError;
  readonly maxSteps: number;
  readonly maxObjects: number;
}

const MARK = Symbol('mark');
const MAX_STACK = 1_000_000;
const UTF8 = new TextDecoder();
const LATIN1 = new TextDecoder('latin1');

/**
 * Runs the part of the pickle language that makes plain data; what a name means is the dialect's affair.
 *
 * Steps, stack and the number of dicts, lists, tuples and calls are bounded, so a small file cannot fill the memory: shared
 * parts stay shared and nothing is ever expanded.
 * Source: CPython pickletools (protocols 2 to 5).
 */
export function runPickle(bytes: Uint8Array, dialect: Dialect): Item {
  return new Machine(bytes, dialect).run();
}

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #dialect: Dialect;
  readonly #stack: (Item | typeof MARK)[] = [];
  readonly #memo = new Map<number, Item>();
  #at = 0;
  #objects = 0;

  constructor(bytes: Uint8Array, dialect: Dialect) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#dialect = dialect;
  }

  run(): Item {
    for (let step = 0; step < this.#dialect.maxSteps; step++) {
      const position = this.#at;
      const opcode = this.#bytes[this.#advance(1)];
      if (opcode === 0x2e /* STOP */) {
        const result = this.#pop();
        if (this.#stack.length > 0) throw this.#refuse('values are left on its stack');
        return result;
      }
      this.#step(opcode, position);
      if (this.#stack.length > MAX_STACK) throw this.#refuse('its stack grows without bound');
    }
    throw this.#refuse(`it takes more than ${this.#dialect.maxSteps} steps`);
  }

  #step(opcode: number, position: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        this.#protocol(this.#u8());
        return;
      case 0x95: // FRAME
        this.#advance(8);
        return;
      case 0x28: // MARK
        this.#stack.push(MARK);
        return;
      case 0x4e: // NONE
        this.#stack.push(null);
        return;
      case 0x88: // NEWTRUE
        this.#stack.push(true);
        return;
      case 0x89: // NEWFALSE
        this.#stack.push(false);
        return;
      case 0x4a: // BININT
        this.#stack.push(this.#view.getInt32(this.#advance(4), true));
        return;
      case 0x4b: // BININT1
        this.#stack.push(this.#u8());
        return;
      case 0x4d: // BININT2
        this.#stack.push(this.#view.getUint16(this.#advance(2), true));
        return;
      case 0x8a: // LONG1
        this.#stack.push(this.#long(this.#u8()));
        return;
      case 0x47: // BINFLOAT
        this.#stack.push(this.#view.getFloat64(this.#advance(8), false));
        return;
      case 0x58: // BINUNICODE
        this.#stack.push(UTF8.decode(this.#take(this.#u32())));
        return;
      case 0x8c: // SHORT_BINUNICODE
        this.#stack.push(UTF8.decode(this.#take(this.#u8())));
        return;
      case 0x8d: // BINUNICODE8
        this.#stack.push(UTF8.decode(this.#take(this.#u64())));
        return;
      case 0x54: // BINSTRING
        this.#stack.push(LATIN1.decode(this.#take(this.#u32())));
        return;
      case 0x55: // SHORT_BINSTRING
        this.#stack.push(LATIN1.decode(this.#take(this.#u8())));
        return;
      case 0x43: // SHORT_BINBYTES
        this.#stack.push(this.#take(this.#u8()));
        return;
      case 0x42: // BINBYTES
        this.#stack.push(this.#take(this.#u32()));
        return;
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        this.#stack.push(this.#take(this.#u64()));
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
        this.#remember(this.#u8());
        return;
      case 0x72: // LONG_BINPUT
        this.#remember(this.#u32());
        return;
      case 0x94: // MEMOIZE
        this.#remember(this.#memo.size);
        return;
      case 0x68: // BINGET
        this.#stack.push(this.#recall(this.#u8()));
        return;
      case 0x6a: // LONG_BINGET
        this.#stack.push(this.#recall(this.#u32()));
        return;
      case 0x73: // SETITEM
        this.#setItems(this.#popSome(2));
        return;
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark());
        return;
      case 0x61: // APPEND
        this.#append(this.#popSome(1));
        return;
      case 0x65: // APPENDS
        this.#append(this.#popToMark());
        return;
      case 0x63: // GLOBAL
        this.#stack.push(this.#name(this.#line(), this.#line()));
        return;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popSome(2);
        this.#stack.push(this.#name(module, name));
        return;
      }
      case 0x51: // BINPERSID
        this.#push(this.#dialect.persistent(this.#pop()));
        return;
      case 0x52: {
        // REDUCE
        const [callee, args] = this.#popSome(2);
        if (!(callee instanceof PickleObject) || !Array.isArray(args))
          throw this.#refuse('it calls something that is not a name');
        this.#push(this.#dialect.call(callee, args));
        return;
      }
      case 0x62: {
        // BUILD
        const [target, state] = this.#popSome(2);
        this.#stack.push(this.#dialect.build(target, state));
        return;
      }
      default:
        throw this.#refuse(`opcode 0x${opcode.toString(16)} at byte ${position} is not one plain data needs`);
    }
  }

  #protocol(version: number): void {
    if (version < 2 || version > 5) throw this.#refuse(`pickle protocol ${version} is not one of 2 to 5`);
  }

  #name(module: Item, name: Item): PickleObject {
    const found = typeof module === 'string' && typeof name === 'string' ? this.#dialect.name(module, name) : null;
    if (!found) throw this.#refuse(`it asks for ${printable(module)}.${printable(name)}, which may run code`);
    return found;
  }

  #setItems(items: Item[]): void {
    const target = this.#top();
    if (!(target instanceof Map) || items.length % 2 !== 0) throw this.#refuse('it fills something that is not a dict');
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  }

  #append(items: Item[]): void {
    const target = this.#top();
    if (!Array.isArray(target)) throw this.#refuse('it appends to something that is not a list');
    for (const item of items) target.push(item);
  }

  #remember(key: number): void {
    this.#memo.set(key, this.#top());
    if (this.#memo.size > this.#dialect.maxObjects)
      throw this.#refuse(`it remembers more than ${this.#dialect.maxObjects} things`);
  }

  #recall(key: number): Item {
    const item = this.#memo.get(key);
    if (item === undefined) throw this.#refuse(`memo ${key} is empty`);
    return item;
  }

  #push(item: Item): void {
    if (++this.#objects > this.#dialect.maxObjects)
      throw this.#refuse(`it makes more than ${this.#dialect.maxObjects} objects`);
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
    const items = this.#stack.slice(mark + 1);
    this.#stack.length = mark;
    return items as Item[];
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

  #u8(): number {
    return this.#bytes[this.#advance(1)];
  }

  #u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  #u64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 1000) throw this.#refuse('a name has no end');
    const text = UTF8.decode(this.#take(end - this.#at));
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
    return this.#dialect.refuse(fact);
  }
}

function printable(item: Item): string {
  return typeof item === 'string' ? item.replace(/[^\w.]/g, '?').slice(0, 80) : '?';
}
