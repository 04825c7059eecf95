import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const BLOCK_BYTES = 8 * 1024 * 1024;

export interface HashOptions {
  signal?: AbortSignal | undefined;
  /** Bytes read so far. */
  onBytes?: ((done: number) => void) | undefined;
}

/** Hexadecimal SHA-256 of a file, read block by block; others get a turn between two blocks. */
export async function sha256OfFile(path: string, { signal, onBytes }: HashOptions = {}): Promise<string> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const block = new Uint8Array(BLOCK_BYTES);
    for (let done = 0; ;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(block, 0, block.length, done);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(block.subarray(0, bytesRead));
      done += bytesRead;
      onBytes?.(done);
    }
  } finally {
    await file.close();
  }
}
