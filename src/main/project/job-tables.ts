import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Job, JobEvent } from '#shared/domain/job.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { BlobPosition, BlobWriter } from './blob-writer.ts';
import type { BlobStore } from './blobs.ts';
import type { Sql } from './sql.ts';

/** A job as it is kept: no progress (that is gone with the process), how often it crashed, the last event number. */
export const JobRecord = Job.omit({ progress: true }).extend({ crashes: z.number().int(), lastSeq: z.number().int() });
export type JobRecord = z.infer<typeof JobRecord>;

/** Jobs, their events and what they need to go on, without any rule of what may follow what. */
export class JobTables {
  readonly #sql: Sql;
  readonly #blobs: BlobStore;
  readonly #openerId: string;

  constructor(sql: Sql, blobs: BlobStore, openerId: string) {
    this.#sql = sql;
    this.#blobs = blobs;
    this.#openerId = openerId;
  }

  transaction<T>(work: () => T): T {
    return this.#sql.transaction(work);
  }

  /** Inserts or replaces a job together with the events that changed it. */
  save(record: JobRecord, events: readonly JobEvent[] = []): void {
    this.#sql.transaction(() => {
      this.#sql.run(
        `INSERT INTO job (id, position, record) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, record = excluded.record`,
        record.id,
        record.position,
        JSON.stringify(record),
      );
      for (const event of events) {
        this.#sql.run(
          'INSERT INTO job_event (job, seq, event) VALUES (?, ?, ?)',
          record.id,
          event.seq,
          JSON.stringify(event),
        );
      }
    });
  }

  find(id: JobId): JobRecord | null {
    const row = this.#sql.get<{ record: string }>('SELECT record FROM job WHERE id = ?', id);
    return row ? parse(row) : null;
  }

  /** In queue order. */
  list(): JobRecord[] {
    return this.#sql.all<{ record: string }>('SELECT record FROM job ORDER BY position, id').map(parse);
  }

  /** At most `limit` events after `afterSeq`, in order. */
  events(id: JobId, afterSeq: number, limit: number): JobEvent[] {
    return this.#sql
      .all<{ event: string }>(
        'SELECT event FROM job_event WHERE job = ? AND seq > ? ORDER BY seq LIMIT ?',
        id,
        afterSeq,
        limit,
      )
      .map(({ event }) => JobEvent.parse(JSON.parse(event)));
  }

  /** Keeps resumable state of a job, whole or not at all; what was kept under the name before is replaced. */
  saveState(id: JobId, name: string, content: Uint8Array | Iterable<Uint8Array>): void {
    const draftId = randomUUID();
    this.#sql.run('INSERT INTO draft (id, opener) VALUES (?, ?)', draftId, this.#openerId);
    const writer = this.#blobs.writer(`draft:${draftId}`, name);
    for (const piece of content instanceof Uint8Array ? [content] : content) writer.write(piece);
    writer.finish();
    this.#sql.transaction(() => {
      this.#blobs.move(`draft:${draftId}`, stateOwner(id));
      this.#sql.run('DELETE FROM draft WHERE id = ?', draftId);
    });
  }

  loadState(id: JobId, name: string): Uint8Array<ArrayBuffer> | null {
    return this.#blobs.has(stateOwner(id), name) ? this.#blobs.readAll(stateOwner(id), name) : null;
  }

  /** A blob of resumable state, written piece by piece; with a position, from where an earlier run suspended it. */
  stateWriter(id: JobId, name: string, position?: BlobPosition): BlobWriter {
    if (position) return this.#blobs.resume(stateOwner(id), name, position);
    this.#blobs.delete(stateOwner(id), name);
    return this.#blobs.writer(stateOwner(id), name);
  }

  deleteState(id: JobId): void {
    this.#blobs.delete(stateOwner(id));
  }
}

/** Owner of the blobs of a job's state. */
export function stateOwner(id: JobId): string {
  return `job:${id}`;
}

function parse({ record }: { record: string }): JobRecord {
  return JobRecord.parse(JSON.parse(record));
}
