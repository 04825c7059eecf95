import { address, type ByteFile } from './byte-file.ts';
import type { ChunkIndex } from './chunk-index.ts';

const [SINGLE, IMPLICIT, FIXED_ARRAY, EXTENSIBLE_ARRAY] = [1, 2, 3, 4];
/** Flags: chunks at the edge of the array went through no filter; a single chunk went through some. */
const [BARE_EDGES, SINGLE_FILTERED] = [1, 2];
const CHECKSUM = 4;
/** Signature, version, client, address of the header. */
const BLOCK_HEAD = 14;
const MAX_BITS = 40;

/** What a dataset is besides its index. */
export interface ChunkGrid {
  /** Chunks along each axis as the array is now, and as it may grow; infinite where it may grow for ever. */
  grid: readonly number[];
  maxGrid: readonly number[];
  chunkBytes: number;
}

/** Puts the n-th entry of an index in its place. */
type Put = (n: number, view: DataView, at: number) => void;

/**
 * Fills the index of a layout of version 4, which HDF5 writes with `libver="latest"`; false for one that is not read here: the B-tree of
 * arrays that may grow along several axes, and any that grows along another axis than the first.
 *
 * Throws RangeError for what contradicts itself.
 * Source: HDF5 File Format Specification 3.0, IV.A.2.i (data layout), VII.C (fixed array), VII.D (extensible array).
 */
export function readNewIndex(
  file: ByteFile,
  layout: DataView,
  { grid, maxGrid, chunkBytes }: ChunkGrid,
  index: ChunkIndex,
): boolean {
  const rank = layout.getUint8(3) - 1;
  if (rank !== grid.length) throw new RangeError(`its chunks have ${rank} dimensions`);
  if (maxGrid.slice(1).some((extent) => extent === Infinity) || layout.getUint8(2) & BARE_EDGES) return false;
  const isFiltered = (entryBytes: number) => entryBytes > 8;
  let at = 5 + layout.getUint8(4) * (rank + 1);
  const type = layout.getUint8(at++);
  const place = placeOf(grid, maxGrid);
  const write = (n: number, start: number, size: number, mask: number): void => {
    const to = place(n);
    if (to < 0 || start < 0) return;
    index.addresses[to] = start;
    index.sizes[to] = size;
    index.masks[to] = mask;
  };
  const putOf =
    (entryBytes: number): Put =>
    (n, view, from) => {
      if (!isFiltered(entryBytes)) return write(n, address(view, from), chunkBytes, 0);
      const sizeBytes = entryBytes - 12;
      if (!(sizeBytes >= 1 && sizeBytes <= 8)) throw new RangeError('its chunk index has entries of no known form');
      const size = littleEndian(view, from + 8, sizeBytes);
      if (size > 0xffffffff) throw new RangeError(`a chunk has ${size} bytes`);
      write(n, address(view, from), size, view.getUint32(from + 8 + sizeBytes, true));
    };
  switch (type) {
    case SINGLE: {
      const hasFilters = (layout.getUint8(2) & SINGLE_FILTERED) !== 0;
      const size = hasFilters ? address(layout, at) : chunkBytes;
      write(0, address(layout, at + (hasFilters ? 12 : 0)), size, hasFilters ? layout.getUint32(at + 8, true) : 0);
      return true;
    }
    case IMPLICIT: {
      const first = address(layout, at);
      for (let n = 0; first >= 0 && n < lastUsed(grid, maxGrid); n++) write(n, first + n * chunkBytes, chunkBytes, 0);
      return true;
    }
    case FIXED_ARRAY:
      readFixedArray(file, address(layout, at + 1), maxGrid, putOf);
      return true;
    case EXTENSIBLE_ARRAY:
      readExtensibleArray(file, address(layout, at + 5), lastUsed(grid, maxGrid), putOf);
      return true;
    default:
      return false;
  }
}

/** Entries are numbered by the grid that the array may grow to; -1 for one outside of the array as it is. */
function placeOf(grid: readonly number[], maxGrid: readonly number[]): (n: number) => number {
  return (n) => {
    let rest = n;
    let place = 0;
    let stride = 1;
    for (let axis = grid.length - 1; axis >= 0; axis--) {
      const position = axis === 0 ? rest : rest % maxGrid[axis];
      if (position >= grid[axis]) return -1;
      rest = axis === 0 ? 0 : Math.floor(rest / maxGrid[axis]);
      place += position * stride;
      stride *= grid[axis];
    }
    return place;
  };
}

/** Entries up to the last that the array as it is can use. */
function lastUsed(grid: readonly number[], maxGrid: readonly number[]): number {
  return maxGrid.slice(1).reduce((product, extent) => product * extent, grid[0]);
}

function readFixedArray(
  file: ByteFile,
  at: number,
  maxGrid: readonly number[],
  putOf: (entryBytes: number) => Put,
): void {
  if (at < 0) return;
  const head = file.view(at, 28);
  expectSignature(head, 'FAHD');
  const entryBytes = head.getUint8(6);
  const pageBits = head.getUint8(7);
  const n = address(head, 8);
  const block = address(head, 16);
  if (n !== maxGrid.reduce((a, b) => a * b, 1)) throw new RangeError(`its chunk index has ${n} entries`);
  if (block < 0) return;
  const put = putOf(entryBytes);
  expectSignature(file.view(block, 4), 'FADB');
  const pageLength = 2 ** pageBits;
  const nPages = n > pageLength ? Math.ceil(n / pageLength) : 0;
  if (nPages === 0) return entries(file, block + BLOCK_HEAD, 0, n, entryBytes, put);
  const bitmap = file.read(block + BLOCK_HEAD, Math.ceil(nPages / 8));
  pages(file, block + BLOCK_HEAD + bitmap.length + CHECKSUM, 0, n, pageLength, entryBytes, put, (page) =>
    isSet(bitmap, page),
  );
}

/** Blocks double in number and in length by turns; the first few hang on the index block itself. */
function readExtensibleArray(file: ByteFile, at: number, nUsed: number, putOf: (entryBytes: number) => Put): void {
  if (at < 0) return;
  const head = file.view(at, 72);
  expectSignature(head, 'EAHD');
  const [entryBytes, maxBits, nDirect, minLength, minPointers, pageBits] = [6, 7, 8, 9, 10, 11].map((byte) =>
    head.getUint8(byte),
  );
  const root = address(head, 60);
  if (root < 0) return;
  const isPower = (value: number) => value > 0 && (value & (value - 1)) === 0;
  if (!isPower(minLength) || !isPower(minPointers) || maxBits > 64 || pageBits > MAX_BITS)
    throw new RangeError('its chunk index has blocks of no known form');
  const put = putOf(entryBytes);
  const offsetBytes = Math.ceil(maxBits / 8);
  const nSuper = 1 + maxBits - Math.log2(minLength);
  const nSuperHere = 2 * Math.log2(minPointers);
  const nBlocksHere = 2 * (minPointers - 1);
  const directBytes = nDirect * entryBytes;
  expectSignature(file.view(root, 4), 'EAIB');
  const body = file.view(root + BLOCK_HEAD, directBytes + 8 * (nBlocksHere + Math.max(0, nSuper - nSuperHere)));
  for (let n = 0; n < Math.min(nDirect, nUsed); n++) put(n, body, n * entryBytes);
  const pageLength = 2 ** pageBits;
  const block = (start: number, first: number, length: number, isWritten: (page: number) => boolean): void => {
    if (start < 0) return;
    expectSignature(file.view(start, 4), 'EADB');
    const from = start + BLOCK_HEAD + offsetBytes;
    const end = Math.min(first + length, nUsed);
    if (length <= pageLength) return entries(file, from, first, end, entryBytes, put);
    pages(file, from + CHECKSUM, first, end, pageLength, entryBytes, put, isWritten);
  };
  let first = nDirect;
  let nBlocks = 0;
  for (let level = 0; level < nSuper && first < nUsed; level++) {
    const count = 2 ** Math.floor(level / 2);
    const length = minLength * 2 ** Math.floor((level + 1) / 2);
    if (level < nSuperHere) {
      for (let i = 0; i < count && first < nUsed; i++, first += length)
        block(address(body, directBytes + 8 * nBlocks++), first, length, () => true);
      continue;
    }
    const start = address(body, directBytes + 8 * (nBlocksHere + level - nSuperHere));
    if (start < 0) {
      first += count * length;
      continue;
    }
    expectSignature(file.view(start, 4), 'EASB');
    // Bits of all blocks follow each other, though room is kept for whole bytes of each.
    const nPages = length > pageLength ? length / pageLength : 0;
    const bitmap = file.read(start + BLOCK_HEAD + offsetBytes, count * Math.ceil(nPages / 8));
    const addresses = file.view(start + BLOCK_HEAD + offsetBytes + bitmap.length, 8 * count);
    for (let i = 0; i < count && first < nUsed; i++, first += length)
      block(address(addresses, 8 * i), first, length, (page) => isSet(bitmap, i * nPages + page));
  }
}

function entries(file: ByteFile, at: number, first: number, end: number, entryBytes: number, put: Put): void {
  if (end <= first) return;
  const view = file.view(at, (end - first) * entryBytes);
  for (let n = first; n < end; n++) put(n, view, (n - first) * entryBytes);
}

/** Each page ends with a checksum; those never written are left out by the bitmap alone. */
function pages(
  file: ByteFile,
  at: number,
  first: number,
  end: number,
  pageLength: number,
  entryBytes: number,
  put: Put,
  isWritten: (page: number) => boolean,
): void {
  const pageBytes = pageLength * entryBytes + CHECKSUM;
  for (let page = 0; first + page * pageLength < end; page++) {
    const start = first + page * pageLength;
    if (isWritten(page))
      entries(file, at + page * pageBytes, start, Math.min(start + pageLength, end), entryBytes, put);
  }
}

function isSet(bitmap: Uint8Array, bit: number): boolean {
  return (bitmap[bit >> 3] & (0x80 >> (bit & 7))) !== 0;
}

function littleEndian(view: DataView, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i);
  return value;
}

function expectSignature(view: DataView, signature: string): void {
  for (let i = 0; i < 4; i++)
    if (view.getUint8(i) !== signature.charCodeAt(i))
      throw new RangeError(`its chunk index has no ${signature} where one belongs`);
}
