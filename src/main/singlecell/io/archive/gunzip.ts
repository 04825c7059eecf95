import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';
import { checkGrowth } from './limits.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * Content of a gzip file, of all its members where it was written in several, as bgzip does.
 *
 * Throws: data-format where it is damaged, cut off, or grows as no data do.
 */
export async function* gunzip(place: Place): AsyncGenerator<Buffer> {
  const { name } = place;
  let packedBytes = 0;
  let unpackedBytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of place.bytes()) {
      packedBytes += chunk.length;
      yield chunk;
    }
  };
  const packed = Readable.from(counted(), { objectMode: false });
  const unpacked = packed.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  packed.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of unpacked) {
      unpackedBytes += (chunk as Buffer).length;
      checkGrowth(name, packedBytes, unpackedBytes);
      yield chunk as Buffer;
    }
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    throw new WorkbenchError(
      'data-format',
      `${name}: the compressed content cannot be read, it is damaged or was cut off; copy the file again.`,
      { cause },
    );
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
}

/** What follows the first `start` bytes. */
export async function* skipBytes(chunks: AsyncIterable<Uint8Array>, start: number): AsyncGenerator<Uint8Array> {
  let left = start;
  for await (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left > 0 ? chunk.subarray(left) : chunk;
      left = 0;
    }
  }
}

/** The first `length` bytes. */
export async function* firstBytes(chunks: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let left = length;
  if (left === 0) return;
  for await (const chunk of chunks) {
    yield chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}
