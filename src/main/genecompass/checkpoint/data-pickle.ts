import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type Dialect, type Item, PickleObject, runPickle } from './pickle-machine.ts';
import { halfToFloat } from './stored-tensor.ts';

/** A value of a dictionary; who reads a list looks at its length before its elements, which may be anything. */
export type DataItem = number | string | boolean | null | NumberArray | readonly unknown[];

/** Element types of NumPy that are read, by kind and size in bytes. */
export const ARRAY_TYPES = ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4'] as const;
export type ArrayType = (typeof ARRAY_TYPES)[number];

/** A NumPy array; its bytes are a view of the file. */
export class NumberArray extends PickleObject {
  readonly type: ArrayType;
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  readonly bytes: Uint8Array;

  constructor(type: ArrayType, shape: readonly number[], fortranOrder: boolean, bytes: Uint8Array) {
    super();
    this.type = type;
    this.shape = shape;
    this.fortranOrder = fortranOrder;
    this.bytes = bytes;
  }
}

/** Number of elements; looked at before they are copied, since small elements become doubles. */
export function arrayLength({ shape }: NumberArray): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The elements in row-major order, as doubles unless they are `f4`. */
export function arrayNumbers(array: NumberArray): Float32Array | Float64Array {
  const { type, shape, fortranOrder, bytes } = array;
  const count = arrayLength(array);
  const size = Number(type.slice(1));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = type === 'f4' || type === 'f2' ? new Float32Array(count) : new Float64Array(count);
  if (!fortranOrder && type === 'f4') {
    new Uint8Array(numbers.buffer).set(bytes.subarray(0, 4 * count));
    return numbers;
  }
  const read = ELEMENT_READERS[type];
  if (!fortranOrder || shape.length < 2) {
    for (let i = 0; i < count; i++) numbers[i] = read(view, i * size);
    return numbers;
  }
  const index = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) at = at * shape[axis] + index[axis];
    numbers[i] = read(view, at * size);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return numbers;
}

const ELEMENT_READERS: Readonly<Record<ArrayType, (view: DataView, at: number) => number>> = {
  f2: (view, at) => halfToFloat(view.getUint16(at, true)),
  f4: (view, at) => view.getFloat32(at, true),
  f8: (view, at) => view.getFloat64(at, true),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at) => view.getInt16(at, true),
  i4: (view, at) => view.getInt32(at, true),
  i8: (view, at) => Number(view.getBigInt64(at, true)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at) => view.getUint16(at, true),
  u4: (view, at) => view.getUint32(at, true),
};

/**
 * Reads a pickled Python dictionary of numbers, texts, lists or NumPy arrays.
 *
 * Throws: data-format for anything else; nothing is executed.
 * Source: NumPy's own pickle forms, `_reconstruct` with state (protocols 2 to 4), `_frombuffer` (protocol 5), `scalar`.
 */
export function unpickleDict(bytes: Uint8Array, subject: string): Map<string | number, DataItem> {
  const dialect = dataDialect(subject);
  const result = runPickle(bytes, dialect);
  if (!(result instanceof Map)) throw dialect.refuse('it does not hold a dictionary');
  const dict = new Map<string | number, DataItem>();
  for (const [key, item] of result) {
    if (typeof key !== 'string' && typeof key !== 'number') throw dialect.refuse('a key is neither text nor number');
    dict.set(key, dataOf(item, dialect));
  }
  return dict;
}

class Name extends PickleObject {
  readonly kind: 'dict' | 'ndarray' | 'dtype' | 'reconstruct' | 'frombuffer' | 'scalar' | 'encode';

  constructor(kind: Name['kind']) {
    super();
    this.kind = kind;
  }
}

/** Until its state arrives a dtype is little-endian, as its state says where it matters. */
class DType extends PickleObject {
  readonly type: ArrayType;

  constructor(type: ArrayType) {
    super();
    this.type = type;
  }
}

/** What `_reconstruct` gives: an array without content, waiting for its state. */
class Blank extends PickleObject {
  filled: NumberArray | null = null;
}

const MODULES = /^numpy\.(_?core)\.(multiarray|numeric|_multiarray_umath)$/;
const NAMES: Readonly<Record<string, Name['kind']>> = {
  _reconstruct: 'reconstruct',
  _frombuffer: 'frombuffer',
  scalar: 'scalar',
};
const MAX_RANK = 4;

function dataDialect(subject: string): Dialect {
  const refuse = (fact: string) =>
    new WorkbenchError(
      'data-format',
      `${subject}: ${fact}; only dictionaries, lists and arrays of texts and numbers are read and nothing is executed. Save it as a plain dictionary or as CSV.`,
    );
  const arrayOf = (dtype: Item, shape: Item, fortran: boolean, raw: Item): NumberArray => {
    if (!(dtype instanceof DType)) throw refuse('an array has no element type');
    if (!isShape(shape)) throw refuse('an array has malformed axes');
    const data = typeof raw === 'string' ? latin1Bytes(raw) : raw;
    if (!(data instanceof Uint8Array)) throw refuse('an array holds objects instead of numbers');
    const count = shape.reduce((product, length) => product * length, 1);
    if (count * Number(dtype.type.slice(1)) !== data.length)
      throw refuse(`an array of shape [${shape.join(', ')}] has ${data.length} bytes`);
    return new NumberArray(dtype.type, shape, fortran, data);
  };
  const latin1Bytes = (text: string): Uint8Array => {
    const bytes = Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    if (bytes.some((byte, i) => byte !== text.charCodeAt(i))) throw refuse('a byte text holds other characters');
    return bytes;
  };
  return {
    // A vector stored as a list takes a step for each number.
    maxSteps: 32_000_000,
    maxObjects: 2_000_000,
    refuse,
    name(module, name) {
      if (module === 'collections' && name === 'OrderedDict') return new Name('dict');
      if (module === 'numpy' && (name === 'ndarray' || name === 'dtype')) return new Name(name);
      if (module === '_codecs' && name === 'encode') return new Name('encode');
      const kind = MODULES.test(module) && Object.hasOwn(NAMES, name) ? NAMES[name] : null;
      return kind && new Name(kind);
    },
    persistent() {
      throw refuse('it refers to data outside of itself');
    },
    build(target, state) {
      if (target instanceof DType) {
        const order = Array.isArray(state) ? state[1] : null;
        if (order === '>') throw refuse('its numbers are big-endian');
        if (order !== '<' && order !== '|' && order !== '=') throw refuse('an element type has malformed state');
        return target;
      }
      if (target instanceof Blank && Array.isArray(state)) {
        const [, shape, dtype, fortran, raw] = state;
        target.filled = arrayOf(dtype, shape, fortran === true, raw);
        return target;
      }
      throw refuse('it sets the state of an object');
    },
    call(callee, args) {
      const kind = callee instanceof Name ? callee.kind : null;
      if (kind === 'dict' && args.length === 0) return new Map();
      if (kind === 'encode' && typeof args[0] === 'string' && args[1] === 'latin1') return latin1Bytes(args[0]);
      if (kind === 'dtype') {
        const type = ARRAY_TYPES.find((known) => known === args[0]);
        if (type) return new DType(type);
        throw refuse(`its arrays have element type ${typeof args[0] === 'string' ? args[0].slice(0, 8) : '?'}`);
      }
      if (kind === 'reconstruct' && args[0] instanceof Name && args[0].kind === 'ndarray') return new Blank();
      if (kind === 'frombuffer') return arrayOf(args[1], args[2], args[3] === 'F', args[0]);
      if (kind === 'scalar') return arrayNumbers(arrayOf(args[0], [], false, args[1]))[0];
      throw refuse(`it calls ${kind ?? 'something that is not a name'} with ${args.length} arguments`);
    },
  };
}

function isShape(item: Item): item is number[] {
  return (
    Array.isArray(item) &&
    item.length <= MAX_RANK &&
    item.every((length) => typeof length === 'number' && Number.isSafeInteger(length) && length >= 0)
  );
}

function dataOf(item: Item, dialect: Dialect): DataItem {
  const value = item instanceof Blank ? item.filled : item;
  if (value instanceof NumberArray || Array.isArray(value) || value === null || typeof value !== 'object') {
    if (value !== null || item === null) return value;
  }
  throw dialect.refuse('it holds an object that is no data');
}
