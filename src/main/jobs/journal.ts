import { randomBytes } from 'node:crypto';
import type { ArtifactId, JobId } from '#shared/domain/ids.ts';
import { JobId as JobIdSchema } from '#shared/domain/ids.ts';
import type { JobEvent, JobKind } from '#shared/domain/job.ts';
import { type ErrorData, WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { JobRecord, JobTables } from '#project/job-tables.ts';
import { CRASHES_UNTIL_PARKED, hasEnded, type JobAction, requireNext } from './state.ts';
import type { LosslessEvent } from './worker-event.ts';

export interface JobPlan {
  kind: JobKind;
  title: string;
  input: Record<string, unknown>;
}

/** Why a job's process ended, for the crash that is written down. */
export interface Crash {
  diagnosis: string;
  outOfMemory: boolean;
}

/** Jobs and their events as the project keeps them; an event is told to others only after it is on disk. */
export class Journal {
  readonly #tables: JobTables;
  readonly #now: () => Date;
  readonly #onWritten: (jobId: JobId) => void;
  readonly #pending = new Map<JobId, LosslessEvent[]>();
  #timer: NodeJS.Timeout | null = null;

  constructor(tables: JobTables, onWritten: (jobId: JobId) => void, now: () => Date = () => new Date()) {
    this.#tables = tables;
    this.#onWritten = onWritten;
    this.#now = now;
  }

  create({ kind, title, input }: JobPlan): JobRecord {
    const record: JobRecord = {
      id: newJobId(),
      kind,
      title,
      state: 'queued',
      input: JSON.parse(JSON.stringify(input)) as Record<string, unknown>,
      outputs: [],
      attempts: 0,
      position: Math.max(-1, ...this.#tables.list().map(({ position }) => position)) + 1,
      createdAt: this.#stamp(),
      crashes: 0,
      lastSeq: 1,
    };
    this.#tables.save(record, [{ type: 'state', seq: 1, at: record.createdAt, state: 'queued' }]);
    this.#onWritten(record.id);
    return record;
  }

  /** Throws: `not-found`. */
  get(id: JobId): JobRecord {
    const record = this.#tables.find(id);
    if (record) return record;
    throw new WorkbenchError('not-found', `Job ${id}: the project has none with this id; list the jobs to see them.`);
  }

  /** In queue order. */
  list(): JobRecord[] {
    return this.#tables.list();
  }

  /** At most `limit` events after `afterSeq`. */
  events(id: JobId, afterSeq: number, limit: number): JobEvent[] {
    this.flush();
    return this.#tables.events(id, afterSeq, limit);
  }

  /**
   * Takes down what a worker tells.
   *
   * Note: written a few hundredths of a second later together with what came in between; each write waits for the disk.
   */
  append(id: JobId, event: LosslessEvent): void {
    const pending = this.#pending.get(id);
    if (pending) pending.push(event);
    else this.#pending.set(id, [event]);
    if (pending && pending.length >= MAX_PENDING) this.flush();
    else this.#timer ??= setTimeout(() => this.#flushLater(), FLUSH_MS);
  }

  /** Writes what was taken down. Throws: `resource`; nothing is lost then. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [id, events] of this.#pending) {
      this.#write(this.get(id), events);
      this.#pending.delete(id);
    }
  }

  /** Tries again while the disk is full, rather than taking the host down. */
  #flushLater(): void {
    try {
      this.flush();
    } catch {
      this.#timer = setTimeout(() => this.#flushLater(), RETRY_MS).unref();
    }
  }

  /** Moves a job on and writes the state event with it. Throws: `conflict`, `not-found`. */
  transition(id: JobId, action: JobAction, extra: { outputs?: ArtifactId[]; error?: ErrorData } = {}): JobRecord {
    this.flush();
    const record = this.get(id);
    const state = requireNext(record.state, action, record.title);
    const at = this.#stamp();
    const next: JobRecord = {
      ...record,
      state,
      outputs: extra.outputs ?? record.outputs,
      attempts: record.attempts + (action === 'start' ? 1 : 0),
      crashes: action === 'resume' ? 0 : record.crashes + (action === 'crash' || action === 'park' ? 1 : 0),
      lastSeq: record.lastSeq + 1,
      startedAt: action === 'start' ? at : record.startedAt,
      endedAt: hasEnded(state) ? at : undefined,
      error: extra.error,
    };
    const error = extra.error ? { error: extra.error } : {};
    this.#tables.save(next, [{ type: 'state', seq: next.lastSeq, at, state, ...error }]);
    this.#onWritten(id);
    return next;
  }

  /** Back into the queue after a first crash, parked with a diagnosis after the second. */
  crashed(id: JobId, crash: Crash, where: string | null): JobRecord {
    const { title, crashes } = this.get(id);
    const place = where ? ` at ${where}` : '';
    if (crashes + 1 >= CRASHES_UNTIL_PARKED) {
      const advice = crash.outOfMemory ? 'choose smaller batches or free memory' : 'save a report';
      const error: ErrorData = {
        code: crash.outOfMemory ? 'resource' : 'internal',
        message: `${title}: it was stopped ${crashes + 1} times${place} because ${crash.diagnosis}, and is not tried again by itself; ${advice}, then resume it.`,
      };
      return this.transition(id, 'park', { error });
    }
    this.append(id, {
      type: 'log',
      level: 'warn',
      message: `Stopped${place}: ${crash.diagnosis}. It is tried once more.`,
    });
    return this.transition(id, 'crash');
  }

  /** What was running when the host ended without a word. Call once, before anything runs. */
  recover(): JobRecord[] {
    const diagnosis = 'the workbench or the computer was shut down while it ran';
    return this.list()
      .filter(({ state }) => state === 'running')
      .map(({ id }) => this.crashed(id, { diagnosis, outOfMemory: false }, null));
  }

  /** Moves a waiting job to a place among the waiting ones. Throws: `conflict` where it does not wait. */
  reorder(id: JobId, position: number): JobRecord[] {
    this.flush();
    const { state, title } = this.get(id);
    if (state !== 'queued') {
      throw new WorkbenchError('conflict', `${title}: the job is ${state}; only a queued job can be moved.`);
    }
    const waiting = this.list().filter((record) => record.state === 'queued');
    const places = waiting.map((record) => record.position);
    const from = waiting.findIndex((record) => record.id === id);
    const [moved] = waiting.splice(from, 1);
    waiting.splice(Math.max(0, position), 0, moved);
    const changed = waiting.map((record, i) => ({ ...record, position: places[i] }));
    this.#tables.transaction(() => {
      for (const record of changed) this.#tables.save(record);
    });
    for (const record of changed) this.#onWritten(record.id);
    return this.list();
  }

  deleteState(id: JobId): void {
    this.#tables.deleteState(id);
  }

  #write(record: JobRecord, events: readonly LosslessEvent[]): void {
    const at = this.#stamp();
    const stamped = events.map((event, i): JobEvent => ({ ...event, seq: record.lastSeq + 1 + i, at }));
    this.#tables.save({ ...record, lastSeq: record.lastSeq + events.length }, stamped);
    this.#onWritten(record.id);
  }

  #stamp(): string {
    return this.#now().toISOString();
  }
}

const FLUSH_MS = 25;
const RETRY_MS = 1_000;
const MAX_PENDING = 500;

function newJobId(): JobId {
  return JobIdSchema.parse(`job-${randomBytes(8).readBigUInt64BE().toString(36)}`);
}
