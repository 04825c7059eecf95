import { zstdDecompressSync } from 'node:zlib';
import { unpackLz4 } from './lz4.ts';

const [LZ4, ZSTD] = [2, 3];
/** Elements of a block where the file does not say: 8 KiB, in eights, at least 128. */
const BLOCK_BYTES = 8192;
const LEAST_ELEMENTS = 128;

/**
 * Undoes a transposition of bits: all first bits of the elements came first, then all second ones, low bits of low bytes first.
 *
 * The number of elements is a multiple of eight.
 * Source: Masui et al. 2015, Astronomy and Computing 12:181 (bitshuffle).
 */
export function untransposeBits(bytes: Uint8Array, elementSize: number, out: Uint8Array, to: number): void {
  const rowBytes = bytes.length / elementSize / 8;
  for (let byte = 0; byte < elementSize; byte++)
    for (let at = 0; at < rowBytes; at++) {
      let at0 = byte * 8 * rowBytes + at;
      // Eight bytes hold one bit each of eight elements: turned as an 8 × 8 matrix of bits in two halves of 32.
      let low =
        bytes[at0] |
        (bytes[(at0 += rowBytes)] << 8) |
        (bytes[(at0 += rowBytes)] << 16) |
        (bytes[(at0 += rowBytes)] << 24);
      let high =
        bytes[(at0 += rowBytes)] |
        (bytes[(at0 += rowBytes)] << 8) |
        (bytes[(at0 += rowBytes)] << 16) |
        (bytes[at0 + rowBytes] << 24);
      let swap = (low ^ (low >>> 7)) & 0x00aa00aa;
      low ^= swap ^ (swap << 7);
      swap = (high ^ (high >>> 7)) & 0x00aa00aa;
      high ^= swap ^ (swap << 7);
      swap = (low ^ (low >>> 14)) & 0x0000cccc;
      low ^= swap ^ (swap << 14);
      swap = (high ^ (high >>> 14)) & 0x0000cccc;
      high ^= swap ^ (swap << 14);
      const first = (low & 0x0f0f0f0f) | ((high & 0x0f0f0f0f) << 4);
      const second = ((low >>> 4) & 0x0f0f0f0f) | (high & 0xf0f0f0f0);
      const element = to + at * 8 * elementSize + byte;
      for (let i = 0; i < 4; i++) out[element + i * elementSize] = first >>> (8 * i);
      for (let i = 0; i < 4; i++) out[element + (i + 4) * elementSize] = second >>> (8 * i);
    }
}

/**
 * Unpacks what the bitshuffle filter of HDF5 (32008) wrote: blocks of turned bits, packed with LZ4 or zstd or not at all; the last
 * elements that make no eight stay as they are.
 *
 * Throws RangeError, or what zlib throws.
 */
export function unpackBitshuffle(
  packed: Uint8Array,
  settings: ArrayLike<number>,
  size: number,
): Uint8Array<ArrayBuffer> {
  const elementSize = settings[2];
  const method = settings[4] ?? 0;
  if (!(elementSize > 0) || size % elementSize !== 0)
    throw new RangeError(`elements of ${elementSize} bytes are announced`);
  const out = new Uint8Array(size);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const isPacked = method === LZ4 || method === ZSTD;
  if (isPacked && Number(view.getBigUint64(0)) !== size)
    throw new RangeError(`${view.getBigUint64(0)} of ${size} bytes are announced`);
  const standard = Math.max(LEAST_ELEMENTS, 8 * Math.floor(BLOCK_BYTES / elementSize / 8));
  const block = isPacked ? view.getUint32(8) / elementSize : settings[3] || standard;
  if (!(block > 0 && block % 8 === 0)) throw new RangeError(`blocks of ${block} elements are announced`);
  const n = size / elementSize;
  let from = isPacked ? 12 : 0;
  const whole = n - (n % 8);
  for (let element = 0; element < whole; element += block) {
    const length = Math.min(block, whole - element) * elementSize;
    let packedLength = length;
    if (isPacked) {
      packedLength = view.getUint32(from);
      from += 4;
    }
    if (from + packedLength > packed.length) throw new RangeError('a block ends outside');
    const bytes = packed.subarray(from, from + packedLength);
    from += packedLength;
    const turned = method === LZ4 ? unpackLz4(bytes, length) : method === ZSTD ? unpackZstd(bytes, length) : bytes;
    untransposeBits(turned, elementSize, out, element * elementSize);
  }
  const rest = (n - whole) * elementSize;
  if (from + rest > packed.length) throw new RangeError('the last elements are missing');
  out.set(packed.subarray(from, from + rest), whole * elementSize);
  return out;
}

/** Throws RangeError, or what zlib throws. */
export function unpackZstd(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = zstdDecompressSync(bytes, { maxOutputLength: size, chunkSize: size + 64 });
  if (out.length !== size) throw new RangeError(`${out.length} of ${size} bytes`);
  return out;
}
