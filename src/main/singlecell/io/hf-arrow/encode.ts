import {
  Bool,
  type Data,
  type DataType,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  List,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow';
import type { ObsColumn } from '../../types.ts';
import { METADATA_KEY } from './features.ts';

/** What a column of the library `datasets` is, in its own words. */
export type Feature = { dtype: string; _type: 'Value' } | { feature: Feature; _type: 'Sequence' };

export interface OutColumn {
  name: string;
  type: DataType;
  feature: Feature;
}

const value = (dtype: string): Feature => ({ dtype, _type: 'Value' });
/** Note: version 4 of `datasets` calls it List and reads both names; older versions know only this one. */
const sequence = (feature: Feature): Feature => ({ feature, _type: 'Sequence' });
const listOf = (type: DataType): DataType => new List(new Field('item', type, true));

export const COLUMN = {
  int32List: (name: string): OutColumn => ({ name, type: listOf(new Int32()), feature: sequence(value('int32')) }),
  float32List: (name: string): OutColumn => ({
    name,
    type: listOf(new Float32()),
    feature: sequence(value('float32')),
  }),
  int16List: (name: string): OutColumn => ({ name, type: listOf(new Int16()), feature: sequence(value('int16')) }),
  int32: (name: string): OutColumn => ({ name, type: new Int32(), feature: value('int32') }),
  annotation(column: ObsColumn): OutColumn {
    const { name, kind } = column;
    if (kind === 'number') return { name, type: new Float64(), feature: value('float64') };
    if (kind === 'boolean') return { name, type: new Bool(), feature: value('bool') };
    return { name, type: new Utf8(), feature: value('string') };
  },
};

/** Encodes batches of one table as pieces of an Arrow IPC stream: head, batches, tail. */
export class StreamEncoder {
  /** What a stream begins with: the schema. */
  readonly head: Uint8Array;
  /** What it ends with. */
  readonly tail: Uint8Array;
  readonly #schema: Schema;

  constructor(columns: readonly OutColumn[], fingerprint: string) {
    const features = Object.fromEntries(columns.map(({ name, feature }) => [name, feature]));
    const annotations = JSON.stringify({ info: { features }, fingerprint });
    this.#schema = new Schema(
      columns.map(({ name, type }) => new Field(name, type, true)),
      new Map([[METADATA_KEY, annotations]]),
    );
    const empty = this.#stream(null);
    this.tail = empty.slice(-TAIL_BYTES);
    this.head = empty.slice(0, -TAIL_BYTES);
  }

  batch(nRows: number, columns: Data[]): Uint8Array {
    const data = makeData({
      type: new Struct(this.#schema.fields),
      length: nRows,
      nullCount: 0,
      children: columns,
    });
    return this.#stream(new RecordBatch(this.#schema, data)).subarray(this.head.length, -TAIL_BYTES);
  }

  #stream(batch: RecordBatch | null): Uint8Array {
    const writer = new RecordBatchStreamWriter();
    writer.reset(undefined, this.#schema);
    if (batch) writer.write(batch);
    writer.finish();
    return writer.toUint8Array(true);
  }
}

/** A mark and a length of 0. */
const TAIL_BYTES = 8;

/** Lists of numbers as a column. */
export function listData(type: DataType, offsets: Int32Array, values: Int32Array | Float32Array | Int16Array): Data {
  const [{ type: itemType }] = type.children as Field[];
  return makeData({
    type: type as List,
    length: offsets.length - 1,
    nullCount: 0,
    valueOffsets: offsets,
    child: makeData({ type: itemType as Int32, length: values.length, nullCount: 0, data: values as Int32Array }),
  });
}

export function int32Data(values: Int32Array): Data {
  return makeData({ type: new Int32(), length: values.length, nullCount: 0, data: values });
}

/** The annotation of the given cells. */
export function annotationData(column: ObsColumn, cells: ArrayLike<number>): Data {
  const n = cells.length;
  const nullBitmap = new Uint8Array(Math.ceil(n / 8));
  let nullCount = 0;
  const isMissing = (cell: number): boolean => {
    switch (column.kind) {
      case 'categorical':
        return column.codes[cell] < 0;
      case 'number':
        return Number.isNaN(column.values[cell]);
      case 'boolean':
        return column.values[cell] < 0;
      case 'text':
        return column.values[cell] === null;
    }
  };
  for (let row = 0; row < n; row++) {
    if (isMissing(cells[row])) nullCount++;
    else nullBitmap[row >> 3] |= 1 << (row & 7);
  }
  const common = { length: n, nullCount, nullBitmap };
  switch (column.kind) {
    case 'number': {
      const data = Float64Array.from({ length: n }, (_, row) => column.values[cells[row]]);
      return makeData({ type: new Float64(), ...common, data });
    }
    case 'boolean': {
      const data = new Uint8Array(nullBitmap.length);
      for (let row = 0; row < n; row++) if (column.values[cells[row]] === 1) data[row >> 3] |= 1 << (row & 7);
      return makeData({ type: new Bool(), ...common, data });
    }
    case 'categorical':
    case 'text': {
      const encoder = new TextEncoder();
      const known = new Map<string, Uint8Array>();
      const bytesOf = (text: string): Uint8Array => {
        const bytes = known.get(text) ?? encoder.encode(text);
        known.set(text, bytes);
        return bytes;
      };
      const valueOffsets = new Int32Array(n + 1);
      const parts: Uint8Array[] = [];
      for (let row = 0; row < n; row++) {
        const cell = cells[row];
        const text = column.kind === 'text' ? column.values[cell] : (column.categories[column.codes[cell]] ?? null);
        const bytes = text === null ? new Uint8Array(0) : bytesOf(text);
        parts.push(bytes);
        valueOffsets[row + 1] = valueOffsets[row] + bytes.length;
      }
      return makeData({ type: new Utf8(), ...common, valueOffsets, data: new Uint8Array(Buffer.concat(parts)) });
    }
  }
}
