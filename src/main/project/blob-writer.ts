import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import type { BlobInfo } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Sql } from './sql.ts';
import { asBytes } from './typed-bytes.ts';

/** Raw bytes per chunk: large enough to compress well, small enough that reading a few bytes decompresses little. */
export const CHUNK_BYTES = 1 << 18;

/** Packed bytes written in one transaction: each one waits for the disk, and others may write between two of them. */
const TRANSACTION_BYTES = 1 << 22;

/** How a chunk lies in the file: as it is where compression does not pay, else zstd. */
export const CODEC = { raw: 0, zstd: 1 } as const;

/** Takes bytes in portions of any size and keeps them in chunks of `CHUNK_BYTES`; memory is one transaction's worth. */
export class BlobWriter {
  readonly name: string;
  readonly #sql: Sql;
  readonly #id: number;
  readonly #hash = createHash('sha256');
  readonly #pending = new Uint8Array(CHUNK_BYTES);
  readonly #onFinish: (info: BlobInfo) => void;
  #packed: { codec: number; content: Uint8Array }[] = [];
  #packedBytes = 0;
  #nPending = 0;
  #ordinal = 0;
  #sizeBytes = 0;
  #isFinished = false;

  constructor(sql: Sql, owner: string, name: string, onFinish: (info: BlobInfo) => void = () => undefined) {
    this.name = name;
    this.#sql = sql;
    this.#onFinish = onFinish;
    this.#id = sql.run('INSERT INTO blob (owner, name, size_bytes) VALUES (?, ?, 0)', owner, name).lastInsertRowid;
  }

  /** Throws: `resource` when the disk is full. */
  write(data: ArrayBufferView): void {
    if (this.#isFinished)
      throw new WorkbenchError('internal', `Blob ${this.name}: it was written to after it was finished.`);
    const bytes = asBytes(data);
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      // Whole chunks go through without a copy.
      if (this.#nPending === 0 && bytes.length - at >= CHUNK_BYTES) {
        this.#store(bytes.subarray(at, at + CHUNK_BYTES));
        at += CHUNK_BYTES;
        continue;
      }
      const n = Math.min(bytes.length - at, CHUNK_BYTES - this.#nPending);
      this.#pending.set(bytes.subarray(at, at + n), this.#nPending);
      this.#nPending += n;
      at += n;
      if (this.#nPending === CHUNK_BYTES) this.#flush();
    }
  }

  finish(): BlobInfo {
    if (this.#isFinished) throw new WorkbenchError('internal', `Blob ${this.name}: it was finished twice.`);
    if (this.#nPending > 0) this.#flush();
    this.#isFinished = true;
    const info = { name: this.name, sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
    this.#sql.transaction(() => {
      this.#insert();
      this.#sql.run('UPDATE blob SET size_bytes = ?, sha256 = ? WHERE id = ?', info.sizeBytes, info.sha256, this.#id);
    });
    this.#onFinish(info);
    return info;
  }

  #flush(): void {
    this.#store(this.#pending.subarray(0, this.#nPending));
    this.#nPending = 0;
  }

  #store(raw: Uint8Array): void {
    const packed = zstdCompressSync(raw);
    // What lies as it came is copied: the caller may write over its bytes before they are inserted.
    const chunk =
      packed.length < raw.length ? { codec: CODEC.zstd, content: packed } : { codec: CODEC.raw, content: raw.slice() };
    this.#packed.push(chunk);
    this.#packedBytes += chunk.content.length;
    if (this.#packedBytes >= TRANSACTION_BYTES) this.#sql.transaction(() => this.#insert());
  }

  #insert(): void {
    for (const { codec, content } of this.#packed) {
      this.#sql.run(
        'INSERT INTO chunk (blob, ordinal, codec, content) VALUES (?, ?, ?, ?)',
        this.#id,
        this.#ordinal++,
        codec,
        content,
      );
    }
    this.#packed = [];
    this.#packedBytes = 0;
  }
}
