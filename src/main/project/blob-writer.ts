import { createHash } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import type { BlobInfo } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { release } from '#shared/util/release.ts';
import type { Sql } from './sql.ts';
import { asBytes } from './typed-bytes.ts';

/** Raw bytes per chunk: large enough to compress well, small enough that reading a few bytes decompresses little. */
export const CHUNK_BYTES = 1 << 18;

/** Packed bytes written in one transaction: each one waits for the disk, and others may write between two of them. */
const TRANSACTION_BYTES = 1 << 22;

/** After a chunk that stays larger than this, so many are appended as they are: token ids take longer to try than to write. */
const DENSE_SHARE = 0.95;
const UNTRIED = 31;

/**
 * Half the time of the default level at the same size, for what is written here: small integers and floats. Output in one
 * piece that holds the worst case, so that zstd needs no buffers of its own.
 *
 * Note: in the caller's thread. Compressing beside it keeps the memory of each call until V8 marks the whole heap, which
 * takes longer than the compression itself.
 */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: CHUNK_BYTES + 2048 };

/** How a chunk lies in the file: as it is where compression does not pay, else zstd. */
export const CODEC = { raw: 0, zstd: 1 } as const;

/** How far a blob was written, so that writing can go on in another process: what is stored, and bytes not stored yet. */
export interface BlobPosition {
  /** Of the whole blob so far, the tail included. */
  sizeBytes: number;
  /** Fewer than `CHUNK_BYTES`. */
  tail: Uint8Array;
}

interface Chunk {
  codec: number;
  content: Uint8Array;
  isTried: boolean;
}

/** Takes bytes in portions of any size and keeps them in chunks of `CHUNK_BYTES`; memory is one transaction's worth. */
export class BlobWriter {
  readonly name: string;
  readonly #sql: Sql;
  readonly #id: number;
  readonly #hash = createHash('sha256');
  /** Memory of chunks that are stored, for the next ones. */
  readonly #spare: Uint8Array[] = [];
  /** The chunk that is being filled. */
  #pending: Uint8Array = new Uint8Array(CHUNK_BYTES);
  readonly #onFinish: (info: BlobInfo) => void;
  #kept: Chunk[] = [];
  #keptBytes = 0;
  #nPending = 0;
  /** Chunks still to be kept as they are. */
  #nUntried = 0;
  #ordinal = 0;
  #sizeBytes = 0;
  #isFinished = false;

  constructor(sql: Sql, id: number, name: string, onFinish: (info: BlobInfo) => void = () => undefined) {
    this.name = name;
    this.#sql = sql;
    this.#id = id;
    this.#onFinish = onFinish;
  }

  /** Takes up a blob whose first chunks are stored; `stored` gives them one after the other. */
  restore({ tail }: BlobPosition, stored: Iterable<Uint8Array>): void {
    for (const chunk of stored) {
      this.#hash.update(chunk);
      this.#sizeBytes += chunk.length;
      this.#ordinal++;
    }
    this.write(tail);
  }

  /** `data` may be used again afterwards. Throws: `resource` when the disk is full. */
  write(data: ArrayBufferView): void {
    for (const raw of this.#chunks(asBytes(data))) this.#keep(this.#isDense() ? asItIs(raw) : this.#packed(raw));
  }

  /** Stores whole chunks now and says how writing can go on later. */
  suspend(): BlobPosition {
    this.#store();
    return { sizeBytes: this.#sizeBytes, tail: this.#pending.slice(0, this.#nPending) };
  }

  finish(): BlobInfo {
    if (this.#isFinished) throw new WorkbenchError('internal', `Blob ${this.name}: it was finished twice.`);
    if (this.#nPending > 0) {
      this.#keep(this.#packed(this.#pending.subarray(0, this.#nPending)));
    }
    this.#isFinished = true;
    const info = { name: this.name, sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
    this.#store(() =>
      this.#sql.run('UPDATE blob SET size_bytes = ?, sha256 = ? WHERE id = ?', info.sizeBytes, info.sha256, this.#id),
    );
    [this.#pending, ...this.#spare.splice(0)].forEach(release);
    this.#onFinish(info);
    return info;
  }

  /** Whole chunks that the bytes complete, each in memory of the writer; the rest waits. */
  *#chunks(bytes: Uint8Array): Generator<Uint8Array> {
    if (this.#isFinished)
      throw new WorkbenchError('internal', `Blob ${this.name}: it was written to after it was finished.`);
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const n = Math.min(bytes.length - at, CHUNK_BYTES - this.#nPending);
      this.#pending.set(bytes.subarray(at, at + n), this.#nPending);
      this.#nPending += n;
      at += n;
      if (this.#nPending === CHUNK_BYTES) {
        const whole = this.#pending;
        this.#nPending = 0;
        this.#pending = this.#spare.pop() ?? new Uint8Array(CHUNK_BYTES);
        yield whole;
      }
    }
  }

  /** Whether the next chunk is likely to be as dense as one that was tried not long ago. */
  #isDense(): boolean {
    if (this.#nUntried === 0) return false;
    this.#nUntried--;
    return true;
  }

  /** What is compressed leaves its memory for another chunk. */
  #packed(raw: Uint8Array): Chunk {
    const packed = zstdCompressSync(raw, PACKING);
    if (packed.length >= raw.length) {
      release(packed);
      return { codec: CODEC.raw, content: raw, isTried: true };
    }
    this.#spare.push(raw);
    return { codec: CODEC.zstd, content: packed, isTried: true };
  }

  #keep(chunk: Chunk): void {
    if (chunk.isTried && chunk.content.length > DENSE_SHARE * CHUNK_BYTES) this.#nUntried = UNTRIED;
    this.#kept.push(chunk);
    this.#keptBytes += chunk.content.length;
    if (this.#keptBytes >= TRANSACTION_BYTES) this.#store();
  }

  /** Stores what was kept, and what `more` does, in one transaction. */
  #store(more: () => void = () => undefined): void {
    this.#sql.transaction(() => {
      this.#insert();
      more();
    });
    for (const { codec, content } of this.#kept) {
      if (codec === CODEC.raw) this.#spare.push(content);
      else release(content);
    }
    this.#kept = [];
    this.#keptBytes = 0;
  }

  #insert(): void {
    for (const { codec, content } of this.#kept) {
      this.#sql.run(
        'INSERT INTO chunk (blob, ordinal, codec, content) VALUES (?, ?, ?, ?)',
        this.#id,
        this.#ordinal++,
        codec,
        content,
      );
    }
  }
}

function asItIs(raw: Uint8Array): Chunk {
  return { codec: CODEC.raw, content: raw, isTried: false };
}
