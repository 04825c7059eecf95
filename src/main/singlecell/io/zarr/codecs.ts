import { promisify } from 'node:util';
import { gunzip, inflate, zstdDecompress } from 'node:zlib';
import { registry } from 'zarrita';
import { MAX_CHUNK_BYTES } from '../limits.ts';

interface ChunkMeta {
  dataType: string;
  shape: number[];
}
interface Codec {
  kind: string;
  decode(input: never): unknown;
}
interface CodecClass {
  fromConfig(configuration: unknown, meta: ChunkMeta): Codec;
}
type Loader = () => CodecClass | Promise<CodecClass>;
type Unpack = (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Of codecs that add to the values: checksums, lengths. */
const MARGIN_BYTES = 64;
const MAX_OUTPUT = { maxOutputLength: MAX_CHUNK_BYTES + MARGIN_BYTES };

const known = registry as unknown as Map<string, Loader>;
const original = { blosc: known.get('blosc')!, lz4: known.get('lz4')! };

const bounded: Record<string, Loader> = {
  gzip: bytesCodec((bytes) => promisify(gunzip)(bytes, MAX_OUTPUT) as Promise<Buffer>),
  zlib: bytesCodec((bytes) => promisify(inflate)(bytes, MAX_OUTPUT) as Promise<Buffer>),
  zstd: bytesCodec((bytes) => promisify(zstdDecompress)(bytes, MAX_OUTPUT) as Promise<Buffer>),
  blosc: checkedFirst(original.blosc, bloscSize),
  lz4: checkedFirst(original.lz4, (bytes) => view(bytes).getInt32(0, true)),
};
for (const [name, loader] of Object.entries(bounded)) known.set(name, loader).set(`numcodecs.${name}`, loader);
known.set('crc32c', () => ({ fromConfig: () => new Checksum() }));
for (const name of ['vlen-utf8', 'numcodecs.vlen-utf8']) {
  known.set(name, () => ({ fromConfig: (_, meta) => new Texts(meta.shape) }));
}

/**
 * Whether chunks packed so can be read.
 *
 * Note: importing this module replaces codecs of zarrita by ones that unpack no more than a chunk may hold, compare
 * checksums, and read texts that start inside a larger buffer.
 */
export function isKnownCodec(name: string): boolean {
  return known.has(name);
}

function bytesCodec(decode: Unpack): Loader {
  return () => ({ fromConfig: () => ({ kind: 'bytes_to_bytes', decode }) });
}

/** A codec of the library behind a look at the size that the packed bytes announce. */
function checkedFirst(load: Loader, announcedBytes: (bytes: Uint8Array) => number): Loader {
  return async () => {
    const library = await load();
    return {
      fromConfig(configuration, meta) {
        const codec = library.fromConfig(configuration, meta);
        const decode: Unpack = (bytes) => {
          const size = announcedBytes(bytes);
          if (!(size >= 0 && size <= MAX_OUTPUT.maxOutputLength)) throw new RangeError(`${size} bytes are announced`);
          return (codec.decode as Unpack)(bytes);
        };
        return { kind: 'bytes_to_bytes', decode };
      },
    };
  };
}

/** Header of c-blosc: version, flags, item size, then unpacked size, block size and packed size as 32-bit integers. */
function bloscSize(bytes: Uint8Array): number {
  const header = view(bytes);
  if (header.getUint32(12, true) > bytes.length) throw new RangeError('it was cut off');
  return header.getUint32(4, true);
}

/** The last four bytes are the CRC-32C (Castagnoli) of those before. */
class Checksum {
  readonly kind = 'bytes_to_bytes';

  decode(bytes: Uint8Array): Uint8Array {
    const content = bytes.subarray(0, bytes.length - 4);
    if (crc32c(content) !== view(bytes).getUint32(bytes.length - 4, true)) throw new RangeError('the checksum differs');
    return content.slice();
  }

  computeEncodedSize(size: number): number {
    return size + 4;
  }
}

/** Texts: their number, then each as length and UTF-8, lengths as 32-bit integers. */
class Texts {
  readonly kind = 'array_to_bytes';
  readonly #shape: number[];

  constructor(shape: number[]) {
    this.#shape = shape;
  }

  decode(bytes: Uint8Array): { data: string[]; shape: number[]; stride: number[] } {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const lengths = view(bytes);
    const n = lengths.getUint32(0, true);
    if (4 * n > bytes.length) throw new RangeError(`${n} texts are announced`);
    const data = new Array<string>(n);
    let at = 4;
    for (let i = 0; i < n; i++) {
      const length = lengths.getUint32(at, true);
      if (at + 4 + length > bytes.length) throw new RangeError('a text is longer than the chunk');
      data[i] = decoder.decode(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    const stride = this.#shape.map((_, i) => this.#shape.slice(i + 1).reduce((product, extent) => product * extent, 1));
    return { data, shape: this.#shape, stride };
  }
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
