import { MAX_CHUNK_BYTES } from '../../limits.ts';
import { address, type ByteFile } from './byte-file.ts';
import { readChunkIndex, type ChunkIndex } from './chunk-index.ts';
import { unpack, unpackBeside, type Filter } from './filters.ts';

/** Chunks of one dataset; a grid of more is no array of cells. */
const MAX_CHUNKS = 20_000_000;
/** Unpacked twice where two ranges of rows meet in it. */
const MAX_SHARED_PIECE_BYTES = 4 * 2 ** 20;
/** What a list holds for each text of any length: its length, the address of a collection and the index in it. */
export const REFERENCE_BYTES = 16;

export interface PackedLayout {
  /** Address of the object header. */
  header: number;
  shape: readonly number[];
  /** Infinite along an axis that may grow for ever; the shape where it is absent. */
  maxShape?: readonly number[] | null;
  chunk: readonly number[];
  filters: readonly Filter[];
  itemBytes: number;
}

/** A chunked dataset of one or two dimensions, unpacked here: the library lacks one of its filters, or is slower. */
export class PackedDataset {
  readonly #file: ByteFile;
  readonly #layout: PackedLayout;
  readonly #grid: readonly number[];
  readonly #index: ChunkIndex;
  #last: { place: number; bytes: Uint8Array } | undefined;
  #collection: { at: number; texts: Map<number, Uint8Array> } | undefined;

  private constructor(file: ByteFile, layout: PackedLayout, grid: readonly number[], index: ChunkIndex) {
    this.#file = file;
    this.#layout = layout;
    this.#grid = grid;
    this.#index = index;
  }

  /** Null for a layout that is not read here. Throws RangeError for one that contradicts itself. */
  static open(file: ByteFile, layout: PackedLayout): PackedDataset | null {
    const { shape, chunk, itemBytes } = layout;
    const chunkBytes = chunk.reduce((product, extent) => product * extent, itemBytes);
    const isRead = shape.length === chunk.length && shape.length >= 1 && shape.length <= 2;
    if (!isRead || !(chunkBytes > 0 && chunkBytes <= MAX_CHUNK_BYTES)) return null;
    const grid = shape.map((extent, axis) => Math.ceil(extent / chunk[axis]));
    if (grid.reduce((product, extent) => product * extent, 1) > MAX_CHUNKS) return null;
    const maxGrid = (layout.maxShape ?? shape).map((extent, axis) => Math.ceil(extent / chunk[axis]));
    // Entries are numbered by what the array may grow to, along the first axis by what it is.
    const nEntries = maxGrid.slice(1).reduce((product, extent) => product * extent, grid[0]);
    if (Number.isFinite(nEntries) && nEntries > MAX_CHUNKS) return null;
    const index = readChunkIndex(file, layout.header, { grid, maxGrid, chunkBytes }, chunk);
    return index && new PackedDataset(file, layout, grid, index);
  }

  /** Where the pieces of a list lie, for others who read it; null where one piece is so large that ranges would unpack it again and again. */
  get pieces(): { extent: number; filters: Filter[]; index: ChunkIndex } | null {
    const { chunk, filters, itemBytes } = this.#layout;
    if (chunk.length !== 1 || chunk[0] * itemBytes > MAX_SHARED_PIECE_BYTES) return null;
    const plain = filters.map(({ id, cd_values }) => ({ id, cd_values: Array.from(cd_values) }));
    return { extent: chunk[0], filters: plain, index: this.#index };
  }

  /** The items of a part, [start, end) for each dimension, as they lie in the file. Throws RangeError. */
  items(ranges: readonly [number, number][]): Uint8Array<ArrayBuffer> {
    const { chunk, itemBytes } = this.#layout;
    const [[rowStart, rowEnd], [columnStart, columnEnd] = [0, 1]] = ranges;
    const [chunkRows, chunkColumns = 1] = chunk;
    const width = columnEnd - columnStart;
    const out = new Uint8Array((rowEnd - rowStart) * width * itemBytes);
    for (let gridRow = Math.floor(rowStart / chunkRows); gridRow * chunkRows < rowEnd; gridRow++) {
      for (
        let gridColumn = Math.floor(columnStart / chunkColumns);
        gridColumn * chunkColumns < columnEnd;
        gridColumn++
      ) {
        const bytes = this.#chunk(gridRow * (this.#grid[1] ?? 1) + gridColumn);
        // A chunk that was never written holds zeros.
        if (!bytes) continue;
        const left = Math.max(columnStart, gridColumn * chunkColumns);
        const right = Math.min(columnEnd, (gridColumn + 1) * chunkColumns);
        const last = Math.min(rowEnd, (gridRow + 1) * chunkRows);
        for (let row = Math.max(rowStart, gridRow * chunkRows); row < last; row++) {
          const from = ((row % chunkRows) * chunkColumns + (left % chunkColumns)) * itemBytes;
          const to = ((row - rowStart) * width + left - columnStart) * itemBytes;
          out.set(bytes.subarray(from, from + (right - left) * itemBytes), to);
        }
      }
    }
    return out;
  }

  /**
   * Items [start, end) of a list as they lie in the file, several chunks unpacked at a time beside the caller's thread.
   *
   * Throws RangeError, or what zlib throws.
   */
  async listItems(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const { itemBytes } = this.#layout;
    const [extent] = this.#layout.chunk;
    const out = new Uint8Array((end - start) * itemBytes);
    const places: number[] = [];
    for (let place = Math.floor(start / extent); place * extent < end; place++) places.push(place);
    await Promise.all(
      places.map(async (place) => {
        const bytes = await this.#chunkBeside(place);
        if (!bytes) return;
        const first = Math.max(start, place * extent);
        const last = Math.min(end, (place + 1) * extent);
        const from = (first - place * extent) * itemBytes;
        out.set(bytes.subarray(from, from + (last - first) * itemBytes), (first - start) * itemBytes);
      }),
    );
    return out;
  }

  /** Texts of a list; those of any length lie in collections elsewhere in the file. Throws RangeError. */
  texts(start: number, end: number, isAnyLength: boolean): string[] {
    const items = this.items([[start, end]]);
    const size = this.#layout.itemBytes;
    const decoder = new TextDecoder();
    return Array.from({ length: end - start }, (_, i) => {
      const item = items.subarray(i * size, (i + 1) * size);
      const bytes = isAnyLength ? this.#referenced(new DataView(items.buffer, i * size, size)) : item;
      const zero = bytes.indexOf(0);
      return decoder.decode(zero < 0 ? bytes : bytes.subarray(0, zero));
    });
  }

  #chunk(place: number): Uint8Array | null {
    const { addresses, sizes, masks } = this.#index;
    if (addresses[place] < 0) return null;
    if (this.#last?.place !== place) {
      const { chunk, itemBytes, filters } = this.#layout;
      const size = chunk.reduce((product, extent) => product * extent, itemBytes);
      const packed = this.#file.read(addresses[place], sizes[place]);
      this.#last = { place, bytes: unpack(packed, filters, masks[place], size) };
    }
    return this.#last.bytes;
  }

  /** The next range often begins in the chunk where one ended, so the last one is kept. */
  async #chunkBeside(place: number): Promise<Uint8Array | null> {
    const { addresses, sizes, masks } = this.#index;
    if (addresses[place] < 0) return null;
    if (this.#last?.place === place) return this.#last.bytes;
    const { chunk, itemBytes, filters } = this.#layout;
    const size = chunk.reduce((product, extent) => product * extent, itemBytes);
    const packed = this.#file.read(addresses[place], sizes[place]);
    const bytes = await unpackBeside(packed, filters, masks[place], size);
    if (place > (this.#last?.place ?? -1)) this.#last = { place, bytes };
    return bytes;
  }

  #referenced(reference: DataView): Uint8Array {
    const length = reference.getUint32(0, true);
    const at = address(reference, 4);
    if (length === 0 || at <= 0) return new Uint8Array(0);
    if (this.#collection?.at !== at) this.#collection = { at, texts: readCollection(this.#file, at) };
    const bytes = this.#collection.texts.get(reference.getUint32(12, true));
    if (!bytes || bytes.length < length) throw new RangeError('a text is missing');
    return bytes.subarray(0, length);
  }
}

/** Objects of a global heap collection by index. Source: HDF5 File Format Specification 3.0, III.E. */
function readCollection(file: ByteFile, at: number): Map<number, Uint8Array> {
  const head = file.view(at, 16);
  if (head.getUint32(0) !== 0x47434f4c) throw new RangeError('no collection of texts lies there');
  const size = address(head, 8);
  if (size > MAX_CHUNK_BYTES) throw new RangeError(`a collection has ${size} bytes`);
  const bytes = file.read(at, size);
  const view = new DataView(bytes.buffer);
  const objects = new Map<number, Uint8Array>();
  for (let object = 16; object + 16 <= size;) {
    const index = view.getUint16(object, true);
    const length = address(view, object + 8);
    // Index 0 is the free space at the end.
    if (index === 0 || length < 0 || object + 16 + length > size) break;
    objects.set(index, bytes.subarray(object + 16, object + 16 + length));
    object += 16 + 8 * Math.ceil(length / 8);
  }
  return objects;
}
