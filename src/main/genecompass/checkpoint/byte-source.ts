import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Random access to bytes that need not fit in memory. */
export interface ByteSource {
  readonly name: string;
  readonly size: number;
  /** Throws: data-format when the range leaves the file. */
  read(offset: number, length: number): Uint8Array;
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
  return {
    name,
    size,
    read(offset, length) {
      checkRange(name, size, offset, length);
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        // One read call is limited to 2^31 - 1 bytes.
        const n = readSync(handle, bytes, done, Math.min(length - done, 1 << 30), offset + done);
        if (n === 0)
          throw new WorkbenchError('data-format', `${name}: it became shorter while it was read; copy it again.`);
        done += n;
      }
      return bytes;
    },
    close() {
      closeSync(handle);
    },
  };
}

const HASH_BLOCK_BYTES = 8 * 1024 * 1024;

/** Hexadecimal SHA-256 of all bytes, read block by block. */
export function sha256Of(source: ByteSource): string {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += HASH_BLOCK_BYTES) {
    hash.update(source.read(at, Math.min(HASH_BLOCK_BYTES, source.size - at)));
  }
  return hash.digest('hex');
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
