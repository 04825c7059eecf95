import { release } from '#shared/util/release.ts';
import { ByteFile } from './hdf5/packed/byte-file.ts';
import type { ChunkIndex } from './hdf5/packed/chunk-index.ts';
import { type Filter, unpack } from './hdf5/packed/filters.ts';
import type { CsrChunk } from '../types.ts';
import type { RawRows } from '../packing/row-packer.ts';

/** How the numbers of a list lie in its bytes, the lowest byte first. */
export type NumberKind = 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'u2' | 'u4' | 'u8' | 'f4' | 'f8';

/** A list of numbers in compressed pieces of a file, which whoever has the file can read for himself. */
export interface PackedList {
  file: string;
  kind: NumberKind;
  /** Items of one piece. */
  extent: number;
  filters: Filter[];
  index: ChunkIndex;
}

/** Rows of a matrix as two such lists. */
export interface RowLists {
  /** Where the entries of each row begin, and the last one's end; checked. */
  offsets: Float64Array;
  genes: PackedList;
  values: PackedList;
}

/** How rows are read without the reader of the file, and one range of them with all its care. */
export interface RowAccess {
  lists: RowLists;
  /** A clean chunk of rows [start, end). Throws data-format. */
  rows(start: number, end: number): Promise<CsrChunk>;
}

/** Stands for a whole number that does not fit, so that it is found odd. */
const ODD_GENE = -1;

/** Ranges differ a little in size; so much more is taken than the first one needs. */
const RESERVE = 1.25;

/** Reads ranges of rows into memory of its own; what it gives is valid until the next call. */
export class RowListsReader {
  readonly #lists: RowLists;
  readonly #files = new Map<string, ByteFile>();
  readonly #last = new Map<PackedList, { piece: number; bytes: Uint8Array<ArrayBuffer> }>();
  #genes = new Int32Array(0);
  #values = new Float32Array(0);

  constructor(lists: RowLists) {
    this.#lists = lists;
  }

  /** Rows [start, end). Throws: RangeError, or what zlib throws, where the file is damaged. */
  rows(start: number, end: number): RawRows {
    const { offsets, genes, values } = this.#lists;
    const [from, to] = [offsets[start], offsets[end]];
    this.#reserve(to - from);
    this.#read(genes, from, to, this.#genes, ODD_GENE);
    this.#read(values, from, to, this.#values, Number.NaN);
    return {
      offsets: offsets.subarray(start, end + 1),
      genes: this.#genes.subarray(0, to - from),
      values: this.#values.subarray(0, to - from),
    };
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
    for (const { bytes } of this.#last.values()) release(bytes);
    this.#last.clear();
  }

  #reserve(nEntries: number): void {
    if (this.#genes.length >= nEntries) return;
    release(this.#genes);
    release(this.#values);
    const size = Math.ceil(nEntries * RESERVE);
    this.#genes = new Int32Array(size);
    this.#values = new Float32Array(size);
  }

  #read(list: PackedList, from: number, to: number, into: Int32Array | Float32Array, odd: number): void {
    const { extent, kind } = list;
    for (let piece = Math.floor(from / extent); piece * extent < to; piece++) {
      const first = Math.max(from, piece * extent);
      const last = Math.min(to, (piece + 1) * extent);
      const bytes = this.#piece(list, piece);
      const target = into.subarray(first - from, last - from);
      if (bytes) place(bytes, kind, first - piece * extent, target, odd);
      else target.fill(0);
    }
  }

  /** Null for a piece that was never written, which holds zeros. The last one is kept: the next range may begin in it. */
  #piece(list: PackedList, piece: number): Uint8Array<ArrayBuffer> | null {
    const { index, extent, kind, filters } = list;
    if (index.addresses[piece] < 0) return null;
    const held = this.#last.get(list);
    if (held?.piece === piece) return held.bytes;
    const file = this.#files.get(list.file) ?? new ByteFile(list.file);
    this.#files.set(list.file, file);
    const packed = file.read(index.addresses[piece], index.sizes[piece]);
    const bytes = unpack(packed, filters, index.masks[piece], extent * Number(kind[1]));
    if (bytes.buffer !== packed.buffer) release(packed);
    if (held) release(held.bytes);
    this.#last.set(list, { piece, bytes });
    return bytes;
  }
}

const VIEWS = {
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

/** Puts numbers of the bytes from number `first` on into an array. */
function place(bytes: Uint8Array, kind: NumberKind, first: number, into: Int32Array | Float32Array, odd: number): void {
  const width = Number(kind[1]);
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  if (kind === 'i8' || kind === 'u8') {
    const halves = new Int32Array(aligned.buffer, aligned.byteOffset + 8 * first, 2 * into.length);
    for (let i = 0; i < into.length; i++) {
      const low = halves[2 * i];
      into[i] = halves[2 * i + 1] === 0 && low >= 0 ? low : odd;
    }
    return;
  }
  const View = VIEWS[kind] as typeof Int8Array;
  into.set(new View(aligned.buffer, aligned.byteOffset + width * first, into.length));
}
