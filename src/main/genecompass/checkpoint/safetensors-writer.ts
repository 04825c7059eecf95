import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { safetensorsHead } from './safetensors.ts';
import { elementCount, TENSOR_BYTES } from './stored-tensor.ts';

/**
 * Writes a safetensors file of float32 tensors piece by piece, in any order; what is never written is zero.
 *
 * Note: the file appears under its name when it is whole; until then its bytes are in `<path>.part`, which is removed
 * when the writing is given up or the process ends.
 */
export class SafetensorsWriter {
  readonly sizeBytes: number;
  readonly #path: string;
  readonly #part: string;
  readonly #places = new Map<string, { start: number; length: number }>();
  readonly #handle: number;
  #isOpen = true;
  readonly #onExit = (): void => this.discard();

  /** Throws: not-found when the folder does not exist; resource when the disk is full. */
  constructor(
    path: string,
    shapes: ReadonlyMap<string, readonly number[]>,
    metadata: Readonly<Record<string, string>> = {},
  ) {
    const tensors = new Map([...shapes].map(([name, shape]) => [name, { dtype: 'F32' as const, shape }]));
    const { head, dataBytes } = safetensorsHead(tensors, metadata);
    let start = head.length;
    for (const [name, shape] of shapes) {
      const length = elementCount(shape);
      this.#places.set(name, { start, length });
      start += length * TENSOR_BYTES.F32;
    }
    this.sizeBytes = head.length + dataBytes;
    this.#path = path;
    this.#part = `${path}.${process.pid}.part`;
    this.#handle = openSync(this.#part, 'w', 0o600);
    process.once('exit', this.#onExit);
    try {
      ftruncateSync(this.#handle, this.sizeBytes);
      this.#write(head, 0);
    } catch (thrown) {
      this.discard();
      throw thrown;
    }
  }

  /** Puts `data` at element `offset` of a tensor. */
  write(name: string, offset: number, data: Float32Array): void {
    const place = this.#places.get(name);
    if (!place || offset < 0 || offset + data.length > place.length) {
      throw new WorkbenchError(
        'internal',
        `${basename(this.#path)}: ${data.length} numbers at ${offset} are outside of ${name}.`,
      );
    }
    this.#write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), place.start + offset * TENSOR_BYTES.F32);
  }

  /** Gives the file its name. */
  finish(): void {
    try {
      fsyncSync(this.#handle);
      this.#close();
      renameSync(this.#part, this.#path);
    } catch (thrown) {
      this.discard();
      throw thrown;
    }
  }

  /** Leaves nothing behind; does nothing after `finish`. */
  discard(): void {
    if (this.#isOpen) this.#close();
    rmSync(this.#part, { force: true });
  }

  #close(): void {
    this.#isOpen = false;
    process.removeListener('exit', this.#onExit);
    closeSync(this.#handle);
  }

  #write(bytes: Uint8Array, position: number): void {
    let done = 0;
    // One call writes at most 2^31 - 1 bytes, and fewer where it likes.
    while (done < bytes.length)
      done += writeSync(this.#handle, bytes, done, Math.min(bytes.length - done, 1 << 30), position + done);
  }
}
