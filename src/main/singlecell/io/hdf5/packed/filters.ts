import { promisify } from 'node:util';
import { inflate, inflateSync, zstdDecompressSync } from 'node:zlib';
import { release } from '#shared/util/release.ts';
import { unpackBitshuffle } from './bitshuffle.ts';
import { unpackBlosc } from './blosc.ts';
import { unpackLz4Filter } from './lz4.ts';
import { unpackLzf } from './lzf.ts';

export interface Filter {
  id: number;
  cd_values: ArrayLike<number>;
}

type Bytes = Uint8Array<ArrayBuffer>;

const [DEFLATE, SHUFFLE, LZF, BLOSC, LZ4, BITSHUFFLE, ZSTD] = [1, 2, 32000, 32001, 32004, 32008, 32015];
const UNPACKED = new Set([DEFLATE, SHUFFLE, LZF, BLOSC, LZ4, BITSHUFFLE, ZSTD]);

const inflateBeside = promisify(inflate);

/**
 * Output in one piece: zlib's own pieces of 16 KiB take three times as long. The few bytes more let it see the end of the
 * stream without another piece.
 */
function inOnePiece(size: number): { maxOutputLength: number; chunkSize: number } {
  return { maxOutputLength: size, chunkSize: size + 64 };
}

/** Whether chunks with these filters can be unpacked here. */
export function canUnpack(filters: readonly Filter[]): boolean {
  return filters.every(({ id }) => UNPACKED.has(id));
}

/**
 * Undoes the filters of a chunk of `size` bytes, last first; `mask` tells which were left out. What it gives may
 * lie in the memory of `packed`.
 *
 * Throws RangeError.
 */
export function unpack(packed: Bytes, filters: readonly Filter[], mask: number, size: number): Bytes {
  let bytes = packed;
  for (let i = filters.length - 1; i >= 0; i--) {
    if ((mask >> i) & 1) continue;
    const before = bytes;
    bytes = undo(before, filters[i], size);
    if (before.buffer !== packed.buffer && before.buffer !== bytes.buffer) release(before);
  }
  if (bytes.length !== size) throw new RangeError(`a chunk has ${bytes.length} of ${size} bytes`);
  return bytes;
}

/** As `unpack`, with the slow part of gzip beside the caller's thread. Throws RangeError, or what zlib throws. */
export async function unpackBeside(
  packed: Bytes,
  filters: readonly Filter[],
  mask: number,
  size: number,
): Promise<Bytes> {
  const last = filters.length - 1;
  if (filters[last]?.id !== DEFLATE || (mask >> last) & 1) return unpack(packed, filters, mask, size);
  const inflated = await inflateBeside(packed, inOnePiece(size));
  return unpack(inflated, filters.slice(0, last), mask, size);
}

function undo(bytes: Bytes, { id, cd_values: settings }: Filter, size: number): Bytes {
  switch (id) {
    case DEFLATE:
      return inflateSync(bytes, inOnePiece(size));
    case SHUFFLE:
      return unshuffle(bytes, settings[0]);
    case LZF:
      return unpackLzf(bytes, size);
    case BLOSC:
      return unpackBlosc(bytes, size);
    case LZ4:
      return unpackLz4Filter(bytes, size);
    case BITSHUFFLE:
      return unpackBitshuffle(bytes, settings, size);
    default:
      return zstdDecompressSync(bytes, inOnePiece(size));
  }
}

/** All first bytes of the items came first, then all second ones; what does not fill an item stays at the end. */
function unshuffle(bytes: Bytes, itemSize: number): Bytes {
  if (!(itemSize > 1)) return bytes;
  const n = Math.floor(bytes.length / itemSize);
  const out = bytes.slice();
  for (let byte = 0; byte < itemSize; byte++) {
    for (let i = 0, from = byte * n; i < n; i++) out[i * itemSize + byte] = bytes[from + i];
  }
  return out;
}
