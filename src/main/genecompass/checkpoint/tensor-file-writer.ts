import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Step } from './long-read.ts';
import { safetensorsHead } from './safetensors.ts';
import { blockToFloat32, type StoredTensor, tensorBlocks } from './stored-tensor.ts';

/** A multiple of every element size. */
const BLOCK_BYTES = 8 * 1024 * 1024;

/**
 * Writes float32 tensors (and int64 ones as they are) to a safetensors file, block by block.
 *
 * The file appears under its name only when it is whole and on disk; on any failure nothing is left behind.
 * Throws: data-format for an element that is not finite; what `step` throws; resource when the disk is full.
 */
export async function writeTensorFile(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
  step: Step,
): Promise<{ sha256: string; sizeBytes: number }> {
  const kinds = [...tensors].map(([name, { dtype, shape }]) => {
    const kept = dtype === 'I64' ? ('I64' as const) : ('F32' as const);
    return [name, { dtype: kept, shape }] as const;
  });
  const { head, dataBytes } = safetensorsHead(new Map(kinds), metadata);
  const totalBytes = head.length + dataBytes;
  const temporary = `${path}.${randomUUID()}.part`;
  const hash = createHash('sha256');
  try {
    const file = await open(temporary, 'wx');
    try {
      let doneBytes = 0;
      const put = async (bytes: Uint8Array) => {
        hash.update(bytes);
        for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
        doneBytes += bytes.length;
        await step(bytes.length);
      };
      await put(head);
      for (const [name, tensor] of tensors) {
        let first = 0;
        for (const block of tensorBlocks(tensor, BLOCK_BYTES)) {
          const data = tensor.dtype === 'I64' ? block : blockToFloat32(name, tensor.dtype, block, first);
          first += data.length;
          await put(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        }
      }
      if (doneBytes !== totalBytes)
        throw new WorkbenchError('internal', `${basename(path)}: ${doneBytes} of ${totalBytes} bytes were written.`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw toWorkbenchError(error, basename(path));
  }
  return { sha256: hash.digest('hex'), sizeBytes: totalBytes };
}

/** Makes the new name last through a power cut; some systems cannot do this for folders, and the file is whole without. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    return;
  }
}
