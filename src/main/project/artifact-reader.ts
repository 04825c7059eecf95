import { BlobStore } from './blobs.ts';
import { openForReading, readKeyHeader } from './database.ts';
import type { Sql } from './sql.ts';
import type { TypedName, TypedOf } from './typed-bytes.ts';

/** Reads artifacts of a project that is open elsewhere in this process; made for threads, enters nothing in the file. */
export class ArtifactReader {
  readonly #sql: Sql;
  readonly #blobs: BlobStore;

  /** Throws: `not-found`, `data-format`, `unsupported`, `resource`. */
  constructor(file: string, dataKey: Uint8Array) {
    this.#sql = openForReading(file, dataKey, readKeyHeader(file));
    this.#blobs = new BlobStore(this.#sql);
  }

  /** Bytes [offset, offset + length) of a blob, the whole blob without them. Throws: `not-found`, `data-format`. */
  read(id: string, name: string, offset?: number, length?: number): Uint8Array<ArrayBuffer> {
    return this.#blobs.read(`artifact:${id}`, name, offset, length);
  }

  /** `count` values from value number `start`, all without them. Throws: `not-found`, `data-format`. */
  readTyped<N extends TypedName>(id: string, name: string, type: N, start?: number, count?: number): TypedOf<N> {
    return this.#blobs.readTyped(`artifact:${id}`, name, type, start, count);
  }

  close(): void {
    this.#sql.close();
  }
}
