import { setTimeout as delay } from 'node:timers/promises';
import type { JobId } from '#shared/domain/ids.ts';
import type { Job, JobEvent, JobProgress } from '#shared/domain/job.ts';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { assertNever } from '#shared/util/assert-never.ts';
import type { JobRecord } from '#project/job-tables.ts';
import type { Project } from '#project/project.ts';
import type { Engine, EngineRun, RunOutcome } from './engine.ts';
import { Journal, type JobPlan } from './journal.ts';
import { JobStreams, type LatestProgress } from './streams.ts';
import { Watchers } from './watchers.ts';
import type { WorkerEvent } from './worker-event.ts';

export interface SchedulerOptions {
  project: Project;
  engine: Engine;
  /** Jobs at the same time; they share one engine process and its cores. */
  concurrency?: number;
  /** How long a worker may take to follow a cancel before its process is ended. */
  graceMs?: number;
}

/** What becomes of a running job when it stops. */
type Intention = 'cancel' | 'pause' | 'release';

interface Running {
  run: EngineRun;
  intention: Intention | null;
  graceTimer: NodeJS.Timeout | null;
  ended: Promise<void>;
}

const GRACE_MS = 10_000;
const RETRY_MS = 1_000;

/** The queue of an open project: runs its jobs one after the other, tells what happens, survives crashes. */
export class JobScheduler {
  readonly #project: Project;
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #watchers = new Watchers();
  readonly #streams: JobStreams;
  readonly #running = new Map<JobId, Running>();
  readonly #progress = new Map<JobId, LatestProgress>();
  /** Ends that could not be written down, and why. */
  readonly #unwritten = new Map<JobId, WorkbenchError>();
  readonly #concurrency: number;
  readonly #graceMs: number;
  /** Why this process may only look: another one runs the queue. */
  #refusal: WorkbenchError | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #isClosing = false;

  constructor({ project, engine, concurrency = 1, graceMs = GRACE_MS }: SchedulerOptions) {
    this.#project = project;
    this.#engine = engine;
    this.#concurrency = concurrency;
    this.#graceMs = graceMs;
    this.#journal = new Journal(project.jobs, (id) => this.#watchers.notify(id));
    this.#streams = new JobStreams({
      journal: this.#journal,
      watchers: this.#watchers,
      progress: this.#progress,
      problems: this.#unwritten,
      get: (id) => this.get(id),
      isLooking: () => this.#refusal !== null,
    });
    this.#refusal = this.#takeQueue();
    if (this.#refusal) this.#retryTimer = setInterval(() => this.#retryQueue(), RETRY_MS).unref();
  }

  /** Puts a job at the end of the queue. Throws: `conflict` where another process runs the queue of this project. */
  start(plan: JobPlan): Job {
    this.#requireQueue();
    const { id } = this.#journal.create(plan);
    this.#dispatch();
    return this.get(id);
  }

  /** In queue order. */
  list(): Job[] {
    return this.#journal.list().map((record) => this.#toJob(record));
  }

  /** Throws: `not-found`. */
  get(id: JobId): Job {
    return this.#toJob(this.#journal.get(id));
  }

  /**
   * Every lossless event after `afterSeq`, then live until the job ends.
   *
   * Throws: `not-found`, `resource` while its end cannot be written down.
   */
  watch(id: JobId, afterSeq = 0, signal?: AbortSignal): AsyncGenerator<JobEvent, void, void> {
    return this.#streams.watch(id, afterSeq, signal);
  }

  /** Jobs as they change, each at its latest; begins with all of them. */
  watchAll(signal?: AbortSignal): AsyncGenerator<Job, void, void> {
    return this.#streams.watchAll(signal);
  }

  /** A running job stops after its next step and keeps its checkpoint; with `force` its process is ended at once. */
  cancel(id: JobId, { force = false }: { force?: boolean } = {}): Job {
    this.#requireQueue();
    const running = this.#running.get(id);
    if (running) this.#stop(running, 'cancel', force);
    else if (this.#journal.get(id).state !== 'cancelled') this.#journal.transition(id, 'cancel');
    return this.get(id);
  }

  /** A running job stops at its next checkpoint; a waiting one is left out until it is resumed. */
  pause(id: JobId): Job {
    this.#requireQueue();
    const running = this.#running.get(id);
    if (running) {
      if (running.intention !== 'cancel') {
        running.intention = 'pause';
        running.run.stop('pause');
      }
    } else if (this.#journal.get(id).state !== 'paused') this.#journal.transition(id, 'pause');
    return this.get(id);
  }

  /** Back into the queue, to go on from its last checkpoint. */
  resume(id: JobId): Job {
    this.#requireQueue();
    const running = this.#running.get(id);
    if (running) {
      // It is on its way to a stop and cannot turn round, so it goes back to the queue when it got there.
      if (running.intention === 'pause') running.intention = 'release';
    } else if (this.#journal.get(id).state !== 'queued') {
      this.#journal.transition(id, 'resume');
      this.#dispatch();
    }
    return this.get(id);
  }

  /** Moves a waiting job to place `position` (0 = next) among those that wait. */
  reorder(id: JobId, position: number): Job[] {
    this.#requireQueue();
    return this.#journal.reorder(id, position).map((record) => this.#toJob(record));
  }

  /** Stops what runs at its next checkpoint, or after the grace time without one; it is queued again. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    if (this.#retryTimer) clearInterval(this.#retryTimer);
    for (const running of this.#running.values()) this.#stop(running, running.intention ?? 'release', false);
    try {
      await Promise.all([...this.#running.values()].map(({ ended }) => ended));
      if (!this.#refusal) this.#journal.flush();
    } finally {
      this.#watchers.close();
      await this.#engine.release(this.#project);
    }
  }

  /** Null where the queue is ours from now on; what a dead host left running is put in order and begun. */
  #takeQueue(): WorkbenchError | null {
    try {
      this.#project.acquire('queue');
    } catch (thrown) {
      const error = toWorkbenchError(thrown);
      if (error.code === 'conflict') return error;
      throw error;
    }
    this.#refusal = null;
    this.#journal.recover();
    this.#dispatch();
    return null;
  }

  /** The queue goes on here when whoever had it closes the project. */
  #retryQueue(): void {
    try {
      this.#refusal = this.#takeQueue();
    } catch {
      return;
    }
    if (!this.#refusal && this.#retryTimer) clearInterval(this.#retryTimer);
  }

  #requireQueue(): void {
    if (this.#isClosing) throw new WorkbenchError('unavailable', 'Jobs: the project is being closed; open it again.');
    // Whoever had it may have closed the project since.
    if (this.#refusal) this.#refusal = this.#takeQueue();
    if (this.#refusal) throw this.#refusal;
  }

  #dispatch(): void {
    if (this.#isClosing || this.#refusal) return;
    while (this.#running.size < this.#concurrency) {
      const next = this.#journal.list().find(({ state, id }) => state === 'queued' && !this.#running.has(id));
      if (!next) return;
      this.#begin(next);
    }
  }

  #begin({ id }: JobRecord): void {
    const { kind, input } = this.#journal.transition(id, 'start');
    let run: EngineRun;
    try {
      run = this.#engine.run(this.#project, { jobId: id, kind, input }, (event) => this.#hear(id, event));
    } catch (thrown) {
      this.#journal.transition(id, 'fail', { error: toWorkbenchError(thrown).toData() });
      return;
    }
    const ended = run.outcome.then((outcome) => this.#end(id, outcome));
    this.#running.set(id, { run, intention: null, graceTimer: null, ended });
  }

  #hear(id: JobId, event: WorkerEvent): void {
    if (!this.#running.has(id)) return;
    if (event.type !== 'progress') return this.#journal.append(id, event);
    this.#progress.set(id, { at: new Date().toISOString(), progress: event.progress });
    this.#watchers.notify(id);
  }

  #stop(running: Running, intention: Intention, force: boolean): void {
    running.intention = intention;
    if (force) return running.run.kill();
    running.run.stop(intention === 'cancel' ? 'cancel' : 'pause');
    running.graceTimer ??= setTimeout(() => running.run.kill(), this.#graceMs);
  }

  /**
   * Writes down how a job ended and goes on with the next.
   *
   * Note: while the disk is full the end is kept and written later, and whoever watches is told; a host that falls over
   * would lose the whole queue. A host that closes leaves the job as running, and the next one takes it up again.
   */
  async #end(id: JobId, outcome: RunOutcome): Promise<void> {
    const running = this.#running.get(id)!;
    for (;;) {
      // Nothing is left to be ended; one that is asked to stop between two tries sets the timer again.
      if (running.graceTimer) clearTimeout(running.graceTimer);
      try {
        if (this.#running.has(id)) this.#settle(id, outcome);
        this.#unwritten.delete(id);
        this.#dispatch();
        return;
      } catch (thrown) {
        const error = toWorkbenchError(thrown);
        if (error.code !== 'resource' && error.code !== 'unavailable') throw thrown;
        if (this.#isClosing) return;
        this.#unwritten.set(id, error);
        this.#watchers.notify(id);
        await delay(RETRY_MS);
      }
    }
  }

  #settle(id: JobId, outcome: RunOutcome): void {
    const { intention } = this.#running.get(id)!;
    const latest = this.#progress.get(id)?.progress;
    switch (outcome.type) {
      case 'done':
        this.#journal.transition(id, 'succeed', { outputs: outcome.outputs });
        this.#journal.deleteState(id);
        break;
      case 'failed':
        this.#journal.transition(id, 'fail', { error: outcome.error });
        break;
      case 'crashed':
        // Asked to stop, it is not tried again however it ended.
        if (intention === 'cancel' || intention === 'pause') this.#journal.transition(id, intention);
        else this.#journal.crashed(id, outcome, latest ? describe(latest) : null);
        break;
      case 'stopped':
      case 'killed':
      case 'interrupted':
        this.#journal.transition(id, intention ?? 'release');
        break;
      default:
        assertNever(outcome);
    }
    this.#progress.delete(id);
    this.#running.delete(id);
  }

  #toJob({ crashes: _crashes, lastSeq: _lastSeq, ...job }: JobRecord): Job {
    const latest = this.#progress.get(job.id);
    return latest ? { ...job, progress: latest.progress } : job;
  }
}

function describe({ stage, done, total, unit }: JobProgress): string {
  return total === null ? `"${stage}", ${done} ${unit}` : `"${stage}", ${done} of ${total} ${unit}`;
}
