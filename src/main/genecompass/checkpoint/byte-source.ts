import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Random access to bytes that need not fit in memory. */
export interface ByteSource {
  readonly name: string;
  readonly size: number;
  /** Throws: data-format when the range leaves the file. */
  read(offset: number, length: number): Uint8Array;
  /** Fills `target`, for those who read much and keep nothing. Throws: as `read`. */
  readInto?(offset: number, target: Uint8Array): void;
}

export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read(offset, length) {
      checkRange(name, bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

export interface FileSource extends ByteSource {
  close(): void;
}

/** `name` is what messages call the file: its base name, since a full path may tell more than it should. */
export function openFileSource(path: string, name: string): FileSource {
  const { handle, size } = openFile(path, name);
  const fill = (offset: number, target: Uint8Array) => {
    for (let done = 0; done < target.length;) {
      // One read call is limited to 2^31 - 1 bytes.
      const n = readSync(handle, target, done, Math.min(target.length - done, 1 << 30), offset + done);
      if (n === 0)
        throw new WorkbenchError('data-format', `${name}: it became shorter while it was read; copy it again.`);
      done += n;
    }
  };
  return {
    name,
    size,
    read(offset, length) {
      checkRange(name, size, offset, length);
      const bytes = new Uint8Array(length);
      fill(offset, bytes);
      return bytes;
    },
    readInto(offset, target) {
      checkRange(name, size, offset, target.length);
      fill(offset, target);
    },
    close() {
      closeSync(handle);
    },
  };
}

const BLOCK_BYTES = 8 * 1024 * 1024;

/** Hexadecimal SHA-256 of all bytes, read block by block. */
export function sha256Of(source: ByteSource): string {
  const hash = createHash('sha256');
  for (const block of sourceBlocks(source, 0, source.size)) hash.update(block);
  return hash.digest('hex');
}

/** A range in pieces that fit in memory; a piece is valid until the next one is asked for. */
export function* sourceBlocks(source: ByteSource, start: number, length: number): Generator<Uint8Array> {
  const buffer = source.readInto && new Uint8Array(Math.min(BLOCK_BYTES, length));
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    const size = Math.min(BLOCK_BYTES, length - at);
    const block = buffer ? buffer.subarray(0, size) : source.read(start + at, size);
    if (buffer) source.readInto!(start + at, block);
    yield block;
  }
}

function openFile(path: string, name: string): { handle: number; size: number } {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    throw toWorkbenchError(error, name);
  }
  const stats = fstatSync(handle);
  if (stats.isFile()) return { handle, size: stats.size };
  closeSync(handle);
  throw new WorkbenchError('data-format', `${name}: it is a folder or a device, a file is expected; choose the file.`);
}

function checkRange(name: string, size: number, offset: number, length: number): void {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!valid || offset + length > size) {
    throw new WorkbenchError(
      'data-format',
      `${name}: it holds ${size} bytes and refers to ${length} bytes at ${offset}; the file is cut or damaged, copy it again.`,
    );
  }
}
