import { inflateSync } from 'node:zlib';
import { unpackZstd, untransposeBits } from './bitshuffle.ts';
import { LzOutput } from './bytes-copy.ts';
import { unpackLz4 } from './lz4.ts';

const HEADER_BYTES = 16;
const [SHUFFLED, STORED, BIT_SHUFFLED, WHOLE_BLOCKS] = [1, 2, 4, 16];
const MOST_SPLITS = 16;
const LEAST_SPLIT_BYTES = 128;

type Unpack = (bytes: Uint8Array, size: number) => Uint8Array;

/** By the number in the header. */
const METHODS: readonly Unpack[] = [
  unpackBloscLz,
  unpackLz4,
  unpackSnappy,
  (bytes, size) => inflateSync(bytes, { maxOutputLength: size, chunkSize: size + 64 }),
  unpackZstd,
];

/**
 * Unpacks a buffer of Blosc 1: blocks, each in as many streams as an element has bytes or in one, shuffled by bytes or bits.
 *
 * Throws RangeError, or what zlib throws.
 * Source: Blosc Header Format and Chunk Format of c-blosc 1.21.
 */
export function unpackBlosc(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  if (packed.length < HEADER_BYTES) throw new RangeError('it has no header');
  const flags = packed[2];
  const elementSize = packed[3];
  const [announced, blockSize, packedSize] = [4, 8, 12].map((at) => view.getUint32(at, true));
  if (announced !== size) throw new RangeError(`${announced} of ${size} bytes are announced`);
  if (packedSize > packed.length) throw new RangeError('it was cut off');
  const out = new Uint8Array(size);
  if (flags & STORED) {
    if (packed.length < HEADER_BYTES + size) throw new RangeError('it was cut off');
    out.set(packed.subarray(HEADER_BYTES, HEADER_BYTES + size));
    return out;
  }
  const method = METHODS[flags >> 5];
  if (!method) throw new RangeError(`it is packed by method ${flags >> 5}`);
  if (size > 0 && (blockSize === 0 || elementSize === 0)) throw new RangeError('blocks of nothing are announced');
  for (let at = 0, block = 0; at < size; at += blockSize, block++) {
    const length = Math.min(blockSize, size - at);
    const isSplit =
      !(flags & WHOLE_BLOCKS) &&
      length === blockSize &&
      elementSize <= MOST_SPLITS &&
      Math.floor(blockSize / elementSize) >= LEAST_SPLIT_BYTES;
    const nStreams = isSplit ? elementSize : 1;
    const bytes = readStreams(packed, view, view.getUint32(HEADER_BYTES + 4 * block, true), nStreams, length, method);
    unshuffleInto(bytes, flags, elementSize, out, at);
  }
  return out;
}

function readStreams(
  packed: Uint8Array,
  view: DataView,
  start: number,
  n: number,
  length: number,
  unpack: Unpack,
): Uint8Array {
  const bytes = new Uint8Array(length);
  const each = Math.floor(length / n);
  let from = start;
  for (let stream = 0; stream < n; stream++) {
    const packedLength = view.getUint32(from, true);
    from += 4;
    if (from + packedLength > packed.length) throw new RangeError('a stream ends outside');
    const part = packed.subarray(from, from + packedLength);
    const found = packedLength === each ? part : unpack(part, each);
    if (found.length !== each) throw new RangeError(`${found.length} of ${each} bytes`);
    bytes.set(found, stream * each);
    from += packedLength;
  }
  return bytes;
}

function unshuffleInto(bytes: Uint8Array, flags: number, elementSize: number, out: Uint8Array, at: number): void {
  const n = Math.floor(bytes.length / elementSize);
  const isByBits = (flags & BIT_SHUFFLED) !== 0 && n % 8 === 0 && n > 0;
  const isByBytes = (flags & SHUFFLED) !== 0 && elementSize > 1 && !(flags & BIT_SHUFFLED);
  if (!isByBits && !isByBytes) {
    out.set(bytes, at);
    return;
  }
  const whole = n * elementSize;
  if (isByBits) untransposeBits(bytes.subarray(0, whole), elementSize, out, at);
  else
    for (let byte = 0; byte < elementSize; byte++)
      for (let i = 0, from = byte * n; i < n; i++) out[at + i * elementSize + byte] = bytes[from + i];
  out.set(bytes.subarray(whole), at + whole);
}

/**
 * Blosc's own method.
 *
 * Source: blosclz.c of c-blosc 1.21: a control byte below 32 starts that many literals plus one; else its upper three bits are a
 * length (7: bytes add to it until one is not 255) less one, the rest and the next byte a distance; where both are at their most, two bytes add to 8,191.
 */
function unpackBloscLz(packed: Uint8Array, size: number): Uint8Array {
  const out = new LzOutput(size);
  if (packed.length === 0) return out.whole();
  const next = (from: number): number => {
    if (from >= packed.length) throw new RangeError('a length ends outside');
    return packed[from];
  };
  let from = 0;
  let control = packed[from++] & 31;
  for (;;) {
    if (control < 32) {
      out.literals(packed, from, control + 1);
      from += control + 1;
    } else {
      let length = (control >> 5) - 1;
      if (length === 6) {
        let more: number;
        do length += more = next(from++);
        while (more === 255);
      }
      const low = next(from++);
      let distance = ((control & 31) << 8) + low;
      if (low === 255 && control % 32 === 31) {
        distance = 8191 + (next(from) << 8) + next(from + 1);
        from += 2;
      }
      out.copy(distance + 1, length + 3);
    }
    if (from >= packed.length) return out.whole();
    control = packed[from++];
  }
}

/**
 * Snappy.
 *
 * Source: Snappy compressed format description: the size in sevens of bits, then elements whose lowest two bits tell literals or copies with one, two or four bytes of distance.
 */
function unpackSnappy(packed: Uint8Array, size: number): Uint8Array {
  let from = 0;
  let announced = 0;
  for (let shift = 0; ; shift += 7) {
    if (from >= packed.length || shift > 28) throw new RangeError('a size ends outside');
    announced += (packed[from] & 127) * 2 ** shift;
    if (packed[from++] < 128) break;
  }
  if (announced !== size) throw new RangeError(`${announced} of ${size} bytes are announced`);
  const out = new LzOutput(size);
  const number = (bytes: number): number => {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += (packed[from + i] ?? 0) * 256 ** i;
    from += bytes;
    return value;
  };
  while (from < packed.length) {
    const tag = packed[from++];
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const length = short < 60 ? short + 1 : number(short - 59) + 1;
      out.literals(packed, from, length);
      from += length;
    } else if (kind === 1) out.copy(((tag >> 5) << 8) + number(1), ((tag >> 2) & 7) + 4);
    else out.copy(number(kind === 2 ? 2 : 4), (tag >> 2) + 1);
  }
  return out.whole();
}
