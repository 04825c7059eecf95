import type { ArtifactId, JobId } from '#shared/domain/ids.ts';
import type { Project } from '#project/project.ts';

/** One kind of long work; gives the artifacts it made, in order. Throws what it cannot do as a `WorkbenchError`. */
export type Worker = (context: JobContext, input: unknown) => Promise<ArtifactId[]>;

/** Resumable state in named parts. */
export interface ShardStore {
  load(key: string): Promise<Uint8Array | null>;
  /** Whole or not at all; pieces are written as they come, so that a large state need not be held twice. */
  save(key: string, content: Uint8Array | Iterable<Uint8Array>): Promise<void>;
}

/** How much of some work is done. */
export interface Work {
  readonly done: number;
  readonly total: number;
}

/** What a worker has to do with the world. */
export interface JobContext {
  readonly jobId: JobId;
  readonly project: Project;
  /** Aborted on cancel and on pause: save a checkpoint, then throw (`signal.throwIfAborted()` will do). */
  readonly signal: AbortSignal;
  /**
   * As often as convenient; at most ten a second leave. `total` is null where it is not known. `work` is how far all stages
   * are together, in units that all take alike long: the remaining time is told from it where it is given.
   */
  progress(stage: string, done: number, total: number | null, unit: string, work?: Work | null): void;
  /** A point of a curve; lossless. */
  metric(series: string, step: number, value: number): void;
  log(level: 'info' | 'warn', message: string): void;
  /** A result so far, e.g. the genes ranked already; lossless, so send it seldom and small. */
  partial(result: Record<string, unknown>): void;
  /** Replaces the last checkpoint, whole or not at all; it outlives crash, pause and cancel. */
  saveCheckpoint(bytes: Uint8Array): Promise<void>;
  loadCheckpoint(): Promise<Uint8Array | null>;
  /** Checkpoints in named parts, for work that is done part by part. */
  readonly shards: ShardStore;
}
