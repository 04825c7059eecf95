import { address, type ByteFile } from './byte-file.ts';
import { type ChunkGrid, readNewIndex } from './chunk-index-v4.ts';

/** Where the chunks of a dataset lie, by their position in the grid of chunks, row by row. */
export interface ChunkIndex {
  /** -1 for a chunk that was never written. */
  addresses: Float64Array;
  sizes: Uint32Array;
  /** Bit i: filter i was not used. */
  masks: Uint32Array;
}

const LAYOUT_MESSAGE = 0x08;
const CONTINUATION_MESSAGE = 0x10;
const CHUNKED = 2;
const [OLD_LAYOUT, NEW_LAYOUT] = [3, 4];
const MAX_BLOCKS = 64;
const MAX_LEVEL = 12;

/**
 * Reads the chunk index of a dataset whose object header lies at `header`; null for one of a kind that is not read here.
 *
 * Throws RangeError for what contradicts itself.
 * Source: HDF5 File Format Specification 3.0, II.A (superblock), III.A.1 (B-trees), IV.A.1 (object headers), IV.A.2.i (data layout).
 */
export function readChunkIndex(
  file: ByteFile,
  header: number,
  { grid, maxGrid, chunkBytes }: ChunkGrid,
  chunk: readonly number[],
): ChunkIndex | null {
  if (!hasPlainAddresses(file)) return null;
  const layout = layoutMessage(file, header);
  if (!layout) throw new RangeError('it has no layout');
  const version = layout.getUint8(0);
  if (layout.getUint8(1) !== CHUNKED) return null;
  const nChunks = grid.reduce((product, extent) => product * extent, 1);
  const index: ChunkIndex = {
    addresses: new Float64Array(nChunks).fill(-1),
    sizes: new Uint32Array(nChunks),
    masks: new Uint32Array(nChunks),
  };
  if (version === NEW_LAYOUT) return readNewIndex(file, layout, { grid, maxGrid, chunkBytes }, index) ? index : null;
  if (version !== OLD_LAYOUT) return null;
  const rank = layout.getUint8(2) - 1;
  if (rank !== chunk.length) throw new RangeError(`its chunks have ${rank} dimensions`);
  const root = address(layout, 3);
  if (root >= 0) readNode(file, root, MAX_LEVEL, grid, chunk, index);
  return index;
}

/** Whether addresses have 64 bits and count from the start of the file, as nearly everywhere. */
function hasPlainAddresses(file: ByteFile): boolean {
  const superblock = file.view(0, 32);
  const isOld = superblock.getUint8(8) < 2;
  const [offsetSize, lengthSize] = isOld ? [13, 14] : [9, 10];
  const base = address(superblock, isOld ? 24 : 12);
  return superblock.getUint8(offsetSize) === 8 && superblock.getUint8(lengthSize) === 8 && base === 0;
}

function readNode(
  file: ByteFile,
  at: number,
  maxLevel: number,
  grid: readonly number[],
  chunk: readonly number[],
  index: ChunkIndex,
): void {
  const head = file.view(at, 8);
  const level = head.getUint8(5);
  if (head.getUint32(0) !== 0x54524545 || head.getUint8(4) !== 1 || level > maxLevel) {
    throw new RangeError('its chunk index is no B-tree of chunks');
  }
  const nEntries = head.getUint16(6, true);
  const keySize = 8 + 8 * (chunk.length + 1);
  const entries = file.view(at + 24, nEntries * (keySize + 8));
  for (let i = 0; i < nEntries; i++) {
    const key = i * (keySize + 8);
    const child = address(entries, key + keySize);
    if (level > 0) {
      readNode(file, child, level - 1, grid, chunk, index);
      continue;
    }
    let place = 0;
    for (let axis = 0; axis < chunk.length; axis++) {
      const position = address(entries, key + 8 + 8 * axis) / chunk[axis];
      if (!(position >= 0 && position < grid[axis]) || !Number.isInteger(position)) {
        throw new RangeError('a chunk lies outside of the array');
      }
      place = place * grid[axis] + position;
    }
    index.addresses[place] = child;
    index.sizes[place] = entries.getUint32(key, true);
    index.masks[place] = entries.getUint32(key + 4, true);
  }
}

/** Searches the blocks of an object header of version 1 or 2. */
function layoutMessage(file: ByteFile, header: number): DataView | null {
  const isNew = file.view(header, 4).getUint32(0) === 0x4f484452;
  const blocks = [isNew ? firstBlockV2(file, header) : firstBlockV1(file, header)];
  for (let n = 0; n < blocks.length; n++) {
    if (n > MAX_BLOCKS) throw new RangeError('its header has too many parts');
    const { start, length, headSize } = blocks[n];
    const view = file.view(start, length);
    for (let at = 0; at + headSize <= length;) {
      const type = isNew ? view.getUint8(at) : view.getUint16(at, true);
      const size = view.getUint16(at + (isNew ? 1 : 2), true);
      const body = at + headSize;
      if (body + size > length) break;
      if (type === LAYOUT_MESSAGE) return new DataView(view.buffer, body, size);
      if (type === CONTINUATION_MESSAGE) {
        const [next, nextLength] = [address(view, body), address(view, body + 8)];
        // Version 2 frames each block by a signature and a checksum.
        const block = isNew ? { start: next + 4, length: nextLength - 8 } : { start: next, length: nextLength };
        blocks.push({ ...block, headSize });
      }
      at = body + size;
    }
  }
  return null;
}

interface Block {
  start: number;
  length: number;
  /** Bytes before the content of each message. */
  headSize: number;
}

function firstBlockV1(file: ByteFile, header: number): Block {
  const view = file.view(header, 16);
  if (view.getUint8(0) !== 1) throw new RangeError('its header is of no known version');
  return { start: header + 16, length: view.getUint32(8, true), headSize: 8 };
}

function firstBlockV2(file: ByteFile, header: number): Block {
  const flags = file.view(header, 6).getUint8(5);
  const sizeAt = header + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 1 << (flags & 3);
  const bytes = file.read(sizeAt, sizeBytes);
  const length = bytes.reduceRight((value, byte) => value * 256 + byte, 0);
  return { start: sizeAt + sizeBytes, length, headSize: flags & 4 ? 6 : 4 };
}
