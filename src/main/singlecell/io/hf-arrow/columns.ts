import { type Data, DataType, Precision, util } from 'apache-arrow';

type Numbers =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** Lists of numbers, one after the other: row r has values [offsets[r], offsets[r + 1]). */
export interface NumberLists {
  offsets: Float64Array;
  values: ArrayLike<number>;
}

/** Says what is wrong with a column: which row, and what. Rows count from 0. */
export type Complain = (row: number, fact: string) => Error;

export function isNumberType(type: DataType): boolean {
  return DataType.isInt(type) || DataType.isFloat(type);
}

export function isListType(type: DataType): boolean {
  return DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type);
}

export function isTextType(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type);
}

/** One list of numbers for each row; a column of single numbers gives lists of one. Throws what `complain` gives. */
export function numberLists(data: Data, complain: Complain): NumberLists {
  const { length, type } = data;
  requireNone(data, length, complain);
  if (isNumberType(type)) {
    return { offsets: Float64Array.from({ length: length + 1 }, (_, row) => row), values: numbers(data, complain) };
  }
  if (!isListType(type) || !data.children[0]) throw complain(0, `it holds ${String(type)}`);
  const [child] = data.children;
  if (!isNumberType(child.type)) throw complain(0, `it holds lists of ${String(child.type)}`);
  const offsets = DataType.isFixedSizeList(type)
    ? Float64Array.from({ length: length + 1 }, (_, row) => row * type.listSize)
    : listOffsets(data, length, complain);
  const used = offsets[length];
  if (used > child.length) throw complain(length - 1, 'its list ends behind the last value');
  const values = numbers(child, complain);
  const missing = firstMissing(child, used);
  if (missing >= 0) throw complain(rowOf(offsets, missing), 'a value of the list is missing');
  return { offsets, values };
}

/** One number for each row, NaN where it is missing; integers above 2⁵³ lose their last digits. */
export function numberColumn(data: Data, complain: Complain): Float64Array {
  const values = numbers(data, complain);
  return Float64Array.from({ length: data.length }, (_, row) => (isPresent(data, row) ? values[row] : Number.NaN));
}

/** 1 for true, 0 for false, -1 where it is missing. */
export function booleanColumn(data: Data, complain: Complain): Int8Array {
  const bits = data.values as Uint8Array;
  if (8 * bits.length < data.length) throw complain(0, 'it has fewer values than the batch has rows');
  return Int8Array.from({ length: data.length }, (_, row) =>
    isPresent(data, row) ? (bits[row >> 3] >> (row & 7)) & 1 : -1,
  );
}

/** One text for each row, null where it is missing. Bytes that are no UTF-8 become replacement marks. */
export function textColumn(data: Data, complain: Complain): (string | null)[] {
  const { length, type } = data;
  if (DataType.isDictionary(type)) {
    const entries = data.dictionary?.data.flatMap((part) => textColumn(part, complain)) ?? [];
    const codes = numbers(data, complain);
    return Array.from({ length }, (_, row) => {
      if (!isPresent(data, row)) return null;
      if (!(codes[row] >= 0 && codes[row] < entries.length))
        throw complain(row, `its code ${codes[row]} is none of the ${entries.length} entries of the dictionary`);
      return entries[codes[row]];
    });
  }
  if (!isTextType(type)) throw complain(0, `it holds ${String(type)}`);
  const offsets = listOffsets(data, length, complain);
  const bytes = data.values as Uint8Array;
  if (offsets[length] > bytes.length) throw complain(length - 1, 'its text ends behind the last byte');
  const known = new Map<string, string>();
  const decoder = new TextDecoder();
  return Array.from({ length }, (_, row) => {
    if (!isPresent(data, row)) return null;
    const text = decoder.decode(bytes.subarray(offsets[row], offsets[row + 1]));
    // Equal texts share memory: a column of cell types has a few.
    const same = known.get(text);
    if (same !== undefined) return same;
    known.set(text, text);
    return text;
  });
}

/** Not longer than the buffer holds, whatever the file says. */
function numbers(data: Data, complain: Complain): ArrayLike<number> {
  const values = data.values as Numbers | BigInt64Array | BigUint64Array | undefined;
  if (!values || values.length < data.length) throw complain(0, 'it has fewer values than the batch announces');
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    return Float64Array.from(values.subarray(0, data.length), Number);
  if (DataType.isFloat(data.type) && data.type.precision === Precision.HALF)
    return Float64Array.from(values.subarray(0, data.length), (half) => util.uint16ToFloat64(half));
  return values;
}

function listOffsets(data: Data, length: number, complain: Complain): Float64Array {
  const raw = data.valueOffsets as Int32Array | BigInt64Array | undefined;
  // Arrow lets a column without rows have no offsets at all.
  if (length === 0) return new Float64Array(1);
  if (!raw || raw.length < length + 1) throw complain(0, 'it has fewer lists than the batch has rows');
  const offsets = new Float64Array(length + 1);
  for (let row = 0; row <= length; row++) {
    offsets[row] = Number(raw[row]);
    if (offsets[row] < (row === 0 ? 0 : offsets[row - 1]))
      throw complain(Math.max(0, row - 1), 'its list ends before it begins');
  }
  return offsets;
}

function isPresent(data: Data, row: number): boolean {
  const bits = data.nullBitmap;
  return !bits || bits.length === 0 || ((bits[row >> 3] >> (row & 7)) & 1) === 1;
}

function firstMissing(data: Data, length: number): number {
  if (!data.nullBitmap?.length) return -1;
  for (let i = 0; i < length; i++) if (!isPresent(data, i)) return i;
  return -1;
}

function requireNone(data: Data, length: number, complain: Complain): void {
  const missing = firstMissing(data, length);
  if (missing >= 0) throw complain(missing, 'it is empty');
}

function rowOf(offsets: Float64Array, value: number): number {
  let row = 0;
  while (offsets[row + 1] <= value) row++;
  return row;
}
