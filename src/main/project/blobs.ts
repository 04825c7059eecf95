import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { BlobInfo } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { release } from '#shared/util/release.ts';
import { type BlobPosition, BlobWriter, CHUNK_BYTES, CODEC } from './blob-writer.ts';
import type { Sql } from './sql.ts';
import { asTyped, bytesPerValue, type TypedName, type TypedOf } from './typed-bytes.ts';

/** 8 MiB of raw bytes. */
const HELD_CHUNKS = 32;

interface BlobRow {
  id: number;
  name: string;
  size_bytes: number;
  sha256: string | null;
}

/** Named byte strings of an owner (an artifact, a draft, a job), compressed in chunks that are read one by one. */
export class BlobStore {
  readonly #sql: Sql;
  /** Chunks read lately, oldest first: rows are read one after the other, often from several blobs in turn. */
  readonly #held = new Map<string, Uint8Array>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Throws: `conflict` when the owner has a blob of this name. */
  writer(owner: string, name: string, onFinish?: (info: BlobInfo) => void): BlobWriter {
    if (this.#find(owner, name)) {
      throw new WorkbenchError('conflict', `Blob ${name}: it was already written; give each blob its own name.`);
    }
    const { lastInsertRowid } = this.#sql.run(
      'INSERT INTO blob (owner, name, size_bytes) VALUES (?, ?, 0)',
      owner,
      name,
    );
    return new BlobWriter(this.#sql, lastInsertRowid, name, onFinish);
  }

  /**
   * A writer that goes on where another was suspended; what was written after that is dropped.
   *
   * Throws: `not-found`, `data-format` when less is stored than the position says.
   */
  resume(owner: string, name: string, position: BlobPosition, onFinish?: (info: BlobInfo) => void): BlobWriter {
    const blob = this.#find(owner, name);
    if (!blob) throw notHeld(owner, name);
    const storedBytes = position.sizeBytes - position.tail.length;
    const nChunks = storedBytes / CHUNK_BYTES;
    this.#sql.transaction(() => {
      this.#sql.run('DELETE FROM chunk WHERE blob = ? AND ordinal >= ?', blob.id, nChunks);
      this.#sql.run('UPDATE blob SET size_bytes = 0, sha256 = NULL WHERE id = ?', blob.id);
    });
    this.#held.clear();
    const writer = new BlobWriter(this.#sql, blob.id, name, onFinish);
    const whole = { ...blob, size_bytes: storedBytes };
    writer.restore(position, this.#stored(whole, nChunks));
    return writer;
  }

  has(owner: string, name: string): boolean {
    return this.#find(owner, name) !== undefined;
  }

  /** Finished blobs by name. */
  list(owner: string): BlobInfo[] {
    return this.#sql
      .all<BlobRow>('SELECT * FROM blob WHERE owner = ? AND sha256 IS NOT NULL ORDER BY name', owner)
      .map(({ name, size_bytes, sha256 }) => ({ name, sizeBytes: size_bytes, sha256: sha256! }));
  }

  sizeOf(owner: string, name: string): number {
    return this.#require(owner, name).size_bytes;
  }

  /** Bytes that the blobs of an owner take in the file. */
  storedBytes(owner: string): number {
    const row = this.#sql.get<{ bytes: number | null }>(
      'SELECT sum(length(content)) AS bytes FROM chunk WHERE blob IN (SELECT id FROM blob WHERE owner = ?)',
      owner,
    );
    return row?.bytes ?? 0;
  }

  /** Bytes [offset, offset + length), cut at the end of the blob. Throws: `not-found`, `data-format`. */
  read(owner: string, name: string, offset = 0, length = Infinity): Uint8Array<ArrayBuffer> {
    const blob = this.#require(owner, name);
    const start = Math.min(Math.max(0, offset), blob.size_bytes);
    const end = Math.min(blob.size_bytes, start + Math.max(0, length));
    const bytes = new Uint8Array(end - start);
    for (let ordinal = Math.floor(start / CHUNK_BYTES); ordinal * CHUNK_BYTES < end; ordinal++) {
      const at = ordinal * CHUNK_BYTES;
      const raw = this.#chunk(blob, ordinal);
      const from = Math.max(0, start - at);
      bytes.set(raw.subarray(from, Math.min(raw.length, end - at)), at + from - start);
    }
    return bytes;
  }

  readAll(owner: string, name: string): Uint8Array<ArrayBuffer> {
    return this.read(owner, name);
  }

  /** `count` values from value number `start`. Throws: `not-found`, `data-format`. */
  readTyped<N extends TypedName>(owner: string, name: string, type: N, start = 0, count = Infinity): TypedOf<N> {
    const width = bytesPerValue(type);
    if (this.sizeOf(owner, name) % width !== 0) {
      throw new WorkbenchError(
        'data-format',
        `Blob ${name}: its size is no multiple of ${width} bytes, so it holds no ${type} values.`,
      );
    }
    return asTyped(this.read(owner, name, start * width, count * width), type);
  }

  readFloat32(owner: string, name: string): Float32Array {
    return this.readTyped(owner, name, 'float32');
  }

  readFloat64(owner: string, name: string): Float64Array {
    return this.readTyped(owner, name, 'float64');
  }

  readInt32(owner: string, name: string): Int32Array {
    return this.readTyped(owner, name, 'int32');
  }

  /** Throws: `data-format` when the content is not what was written. */
  verify(owner: string, name: string): void {
    const blob = this.#require(owner, name);
    const hash = createHash('sha256');
    for (let at = 0; at < blob.size_bytes; at += CHUNK_BYTES) hash.update(this.read(owner, name, at, CHUNK_BYTES));
    if (hash.digest('hex') !== blob.sha256) throw damaged(name);
  }

  /** Gives every blob of an owner, or one under a new name, to another; what that one had under the name is gone. */
  move(from: string, to: string): void {
    this.#sql.run('DELETE FROM blob WHERE owner = ? AND name IN (SELECT name FROM blob WHERE owner = ?)', to, from);
    this.#sql.run('UPDATE blob SET owner = ? WHERE owner = ?', to, from);
  }

  /** Gives one blob another owner. Throws: `not-found`. */
  give(from: string, name: string, to: string): BlobInfo {
    const { id, size_bytes, sha256 } = this.#require(from, name);
    this.#sql.run('UPDATE blob SET owner = ? WHERE id = ?', to, id);
    return { name, sizeBytes: size_bytes, sha256: sha256! };
  }

  delete(owner: string, name?: string): void {
    if (name === undefined) this.#sql.run('DELETE FROM blob WHERE owner = ?', owner);
    else this.#sql.run('DELETE FROM blob WHERE owner = ? AND name = ?', owner, name);
  }

  #find(owner: string, name: string): BlobRow | undefined {
    return this.#sql.get<BlobRow>('SELECT * FROM blob WHERE owner = ? AND name = ?', owner, name);
  }

  #require(owner: string, name: string): BlobRow {
    const blob = this.#find(owner, name);
    if (blob?.sha256) return blob;
    throw notHeld(owner, name);
  }

  *#stored(blob: BlobRow, nChunks: number): Generator<Uint8Array> {
    for (let ordinal = 0; ordinal < nChunks; ordinal++) yield this.#chunk(blob, ordinal);
  }

  #chunk(blob: BlobRow, ordinal: number): Uint8Array {
    const key = `${blob.id} ${ordinal}`;
    const held = this.#held.get(key);
    if (held) {
      this.#held.delete(key);
      this.#held.set(key, held);
      return held;
    }
    const row = this.#sql.get<{ codec: number; content: Buffer }>(
      'SELECT codec, content FROM chunk WHERE blob = ? AND ordinal = ?',
      blob.id,
      ordinal,
    );
    const wanted = Math.min(CHUNK_BYTES, blob.size_bytes - ordinal * CHUNK_BYTES);
    const raw = row && unpack(row.codec, row.content);
    if (raw?.length !== wanted) throw damaged(blob.name);
    this.#held.set(key, raw);
    if (this.#held.size > HELD_CHUNKS) {
      const [oldest, bytes] = this.#held.entries().next().value!;
      this.#held.delete(oldest);
      release(bytes);
    }
    return raw;
  }
}

/** The content is gone afterwards where it was compressed. */
function unpack(codec: number, content: Buffer): Uint8Array | undefined {
  if (codec === CODEC.raw) return content;
  try {
    // In one piece, which takes two thirds of the time.
    return zstdDecompressSync(content, { maxOutputLength: CHUNK_BYTES, chunkSize: CHUNK_BYTES + 64 });
  } catch {
    return undefined;
  } finally {
    release(content);
  }
}

function notHeld(owner: string, name: string): WorkbenchError {
  return new WorkbenchError(
    'not-found',
    `Blob ${name}: the project does not hold it for ${owner.slice(0, 21)}; make the result again.`,
  );
}

function damaged(name: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `Blob ${name}: its content is damaged and was not used; restore the project from a backup copy.`,
  );
}
