import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib';
import type { BlobInfo } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Sql } from './sql.ts';
import { asBytes } from './typed-bytes.ts';

/** Raw bytes per chunk: large enough to compress well, small enough that reading a few bytes decompresses little. */
export const CHUNK_BYTES = 1 << 18;

/** Packed bytes written in one transaction: each one waits for the disk, and others may write between two of them. */
const TRANSACTION_BYTES = 1 << 22;

/** Chunks of one writer compressed at a time beside the caller's thread. */
const IN_FLIGHT = 8;

/** After a chunk that stays larger than this, so many are appended as they are: token ids take longer to try than to write. */
const DENSE_SHARE = 0.95;
const UNTRIED = 31;

/** Half the time of the default level at the same size, for what is written here: small integers and floats. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: CHUNK_BYTES };

/** How a chunk lies in the file: as it is where compression does not pay, else zstd. */
export const CODEC = { raw: 0, zstd: 1 } as const;

const compressBeside = promisify(zstdCompress);

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
  readonly #pending = new Uint8Array(CHUNK_BYTES);
  readonly #onFinish: (info: BlobInfo) => void;
  #packed: Chunk[] = [];
  #packedBytes = 0;
  #inFlight: Promise<Chunk>[] = [];
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

  /** Throws: `resource` when the disk is full. */
  write(data: ArrayBufferView): void {
    if (this.#inFlight.length > 0) throw new WorkbenchError('internal', `Blob ${this.name}: drain it before writing.`);
    for (const raw of this.#chunks(asBytes(data))) this.#keep(packedOf(raw, zstdCompressSync(raw, PACKING)));
  }

  /**
   * Like `write`, compressing beside the caller's thread; `data` belongs to the writer afterwards.
   *
   * Throws: `resource` when the disk is full.
   */
  async append(data: ArrayBufferView): Promise<void> {
    for (const raw of this.#chunks(asBytes(data))) {
      this.#inFlight.push(
        this.#isDense() ? asItIs(raw) : compressBeside(raw, PACKING).then((packed) => packedOf(raw, packed)),
      );
      if (this.#inFlight.length > IN_FLIGHT) this.#keep(await this.#inFlight.shift()!);
    }
  }

  /** Waits until everything appended is compressed, so that `write`, `finish` and `suspend` may follow. */
  async drain(): Promise<void> {
    while (this.#inFlight.length > 0) this.#keep(await this.#inFlight.shift()!);
  }

  /** Stores whole chunks now and says how writing can go on later. */
  suspend(): BlobPosition {
    this.#sql.transaction(() => this.#insert());
    return { sizeBytes: this.#sizeBytes, tail: this.#pending.slice(0, this.#nPending) };
  }

  finish(): BlobInfo {
    if (this.#isFinished) throw new WorkbenchError('internal', `Blob ${this.name}: it was finished twice.`);
    if (this.#inFlight.length > 0) throw new WorkbenchError('internal', `Blob ${this.name}: drain it before its end.`);
    if (this.#nPending > 0) {
      const rest = this.#pending.subarray(0, this.#nPending);
      this.#keep(packedOf(rest, zstdCompressSync(rest, PACKING)));
    }
    this.#isFinished = true;
    const info = { name: this.name, sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
    this.#sql.transaction(() => {
      this.#insert();
      this.#sql.run('UPDATE blob SET size_bytes = ?, sha256 = ? WHERE id = ?', info.sizeBytes, info.sha256, this.#id);
    });
    this.#onFinish(info);
    return info;
  }

  /** Whole chunks that the bytes complete; the rest waits. */
  *#chunks(bytes: Uint8Array): Generator<Uint8Array> {
    if (this.#isFinished)
      throw new WorkbenchError('internal', `Blob ${this.name}: it was written to after it was finished.`);
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      // Whole chunks go through without a copy.
      if (this.#nPending === 0 && bytes.length - at >= CHUNK_BYTES) {
        yield bytes.subarray(at, at + CHUNK_BYTES);
        at += CHUNK_BYTES;
        continue;
      }
      const n = Math.min(bytes.length - at, CHUNK_BYTES - this.#nPending);
      this.#pending.set(bytes.subarray(at, at + n), this.#nPending);
      this.#nPending += n;
      at += n;
      if (this.#nPending === CHUNK_BYTES) {
        this.#nPending = 0;
        yield this.#pending.slice();
      }
    }
  }

  /** Whether the next chunk is likely to be as dense as one that was tried not long ago. */
  #isDense(): boolean {
    if (this.#nUntried === 0) return false;
    this.#nUntried--;
    return true;
  }

  #keep(chunk: Chunk): void {
    if (chunk.isTried && chunk.content.length > DENSE_SHARE * CHUNK_BYTES) this.#nUntried = UNTRIED;
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

/** `raw` belongs to the writer. */
async function asItIs(raw: Uint8Array): Promise<Chunk> {
  return { codec: CODEC.raw, content: raw, isTried: false };
}

function packedOf(raw: Uint8Array, packed: Uint8Array): Chunk {
  // What lies as it came is copied: the caller may write over its bytes before they are inserted.
  return packed.length < raw.length
    ? { codec: CODEC.zstd, content: packed, isTried: true }
    : { codec: CODEC.raw, content: raw.slice(), isTried: true };
}
