/**
 * Checks that the metadata of an Arrow message lies within its bytes, before the library reads it.
 *
 * Source: FlatBuffers binary format; Arrow `Message.fbs` and `Schema.fbs`.
 * Note: the library reads tables unchecked. A damaged length made it build lists of 2³¹ entries, which nothing stops.
 */
export function isWithinBounds(metadata: Uint8Array): boolean {
  const walk = new Walk(metadata);
  try {
    walk.table(walk.reference(0), MESSAGE, 0);
    return true;
  } catch (thrown) {
    if (thrown instanceof OutOfBounds) return false;
    throw thrown;
  }
}

/** What a field of a table holds; its place in the list is the number of the field. */
type Part =
  /** A number of so many bytes in the table itself. */
  | number
  | 'string'
  | { table: () => Table }
  | { tables: () => Table }
  /** A list of numbers or of structs of so many bytes. */
  | { list: number }
  /** The tables a union may hold; the number of its kind is the field before. */
  | { union: Readonly<Record<number, () => Table>> };
type Table = readonly Part[];

const KEY_VALUE: Table = ['string', 'string'];
const KEY_VALUES: Part = { tables: () => KEY_VALUE };
const INT: Table = [4, 1];
/** Every type but integers has flat fields of at most four bytes, which need no look of their own but to be there. */
const FLAT: Table = [];
const ZONED: Table = [2, 'string'];
const UNION_TYPE: Table = [2, { list: 4 }];
const TYPE_UNION: Part = {
  union: {
    ...Object.fromEntries(Array.from({ length: 32 }, (_, kind) => [kind, () => FLAT])),
    2: () => INT,
    10: () => ZONED,
    14: () => UNION_TYPE,
  },
};
const DICTIONARY: Table = [8, { table: () => INT }, 1, 2];
const FIELD: Table = ['string', 1, 1, TYPE_UNION, { table: () => DICTIONARY }, { tables: () => FIELD }, KEY_VALUES];
const SCHEMA: Table = [2, { tables: () => FIELD }, KEY_VALUES, { list: 8 }];
const COMPRESSION: Table = [1, 1];
const RECORD_BATCH: Table = [8, { list: 16 }, { list: 16 }, { table: () => COMPRESSION }, { list: 8 }];
const DICTIONARY_BATCH: Table = [8, { table: () => RECORD_BATCH }, 1];
const HEADER: Part = { union: { 1: () => SCHEMA, 2: () => DICTIONARY_BATCH, 3: () => RECORD_BATCH } };
const MESSAGE: Table = [2, 1, HEADER, 8, KEY_VALUES];

/** Schemas of token sets have some ten fields; metadata of a table with more than this many parts is damaged. */
const MAX_TABLES = 100_000;
const MAX_DEPTH = 64;

class OutOfBounds extends Error {}

class Walk {
  readonly #view: DataView;
  #nTables = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the reference at `at` leads. */
  reference(at: number): number {
    this.#need(at, 4);
    const to = at + this.#view.getUint32(at, true);
    this.#need(to, 4);
    return to;
  }

  table(at: number, parts: Table, depth: number): void {
    if (++this.#nTables > MAX_TABLES || depth > MAX_DEPTH) throw new OutOfBounds();
    this.#need(at, 4);
    const index = at - this.#view.getInt32(at, true);
    this.#need(index, 4);
    const [indexBytes, tableBytes] = [this.#view.getUint16(index, true), this.#view.getUint16(index + 2, true)];
    if (indexBytes < 4 || tableBytes < 4) throw new OutOfBounds();
    this.#need(index, indexBytes);
    this.#need(at, tableBytes);
    const fieldAt = (field: number) => {
      const entry = 4 + 2 * field;
      const offset = entry + 2 <= indexBytes ? this.#view.getUint16(index + entry, true) : 0;
      if (offset >= tableBytes) throw new OutOfBounds();
      return offset === 0 ? null : at + offset;
    };
    parts.forEach((part, field) => {
      const place = fieldAt(field);
      if (place === null) return;
      if (typeof part === 'object' && 'union' in part) {
        const kindAt = fieldAt(field - 1);
        const target = part.union[kindAt === null ? 0 : this.#view.getUint8(kindAt)];
        if (!target) throw new OutOfBounds();
        this.table(this.reference(place), target(), depth + 1);
      } else this.#part(place, part, depth);
    });
  }

  #part(at: number, part: Exclude<Part, { union: unknown }>, depth: number): void {
    if (typeof part === 'number') this.#need(at, part);
    else if (part === 'string') this.#list(at, 1);
    else if ('table' in part) this.table(this.reference(at), part.table(), depth + 1);
    else if ('list' in part) this.#list(at, part.list);
    else {
      const { first, length } = this.#list(at, 4);
      for (let i = 0; i < length; i++) this.table(this.reference(first + 4 * i), part.tables(), depth + 1);
    }
  }

  #list(at: number, itemBytes: number): { first: number; length: number } {
    const start = this.reference(at);
    const length = this.#view.getUint32(start, true);
    this.#need(start + 4, length * itemBytes);
    return { first: start + 4, length };
  }

  #need(at: number, bytes: number): void {
    if (at < 0 || at + bytes > this.#view.byteLength) throw new OutOfBounds();
  }
}
