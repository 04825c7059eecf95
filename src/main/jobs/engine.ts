import type { JobProgress } from '#shared/domain/job.ts';
import type { Project } from '#project/project.ts';
import type { RunRequest, WorkerOutcome } from './run-job.ts';
import type { WorkerEvent } from './worker-event.ts';

export type StopReason = 'cancel' | 'pause';

/** How a run ended, whether the worker or its process did. */
export type RunOutcome =
  | WorkerOutcome
  /** The process ended by itself; `outOfMemory` where the system is likely to have ended it. */
  | { type: 'crashed'; diagnosis: string; outOfMemory: boolean }
  /** The process was ended because this run asked for it. */
  | { type: 'killed' }
  /** The process was ended because another run asked for it. */
  | { type: 'interrupted' };

export interface EngineRun {
  /** Never rejects. */
  readonly outcome: Promise<RunOutcome>;
  /** Asks the worker to save what it has and stop. */
  stop(reason: StopReason): void;
  /** Ends it at once. */
  kill(): void;
}

/** Whatever runs workers: a child process, or this process. */
export interface Engine {
  /** Runs a job of an open project; `emit` is not called before this returns. */
  run(project: Project, request: RunRequest, emit: (event: WorkerEvent) => void): EngineRun;
  /** A question without a project and without a job. Throws: what the handler throws, `unavailable`. */
  call(name: string, input: unknown, options?: CallOptions): Promise<unknown>;
  /** Lets go of the project's file, unless jobs of it are still under way. */
  release(project: Project): Promise<void>;
  close(): Promise<void>;
}

/** For a question that takes longer than a moment. */
export interface CallOptions {
  /** Asks the handler to stop; it then throws. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: JobProgress) => void) | undefined;
  /** Opened in the engine first, so that what lies in it is read there and crosses no process boundary. */
  project?: Project | undefined;
}

/** What a handler may tell and hear while it works. */
export interface CallContext {
  signal: AbortSignal;
  /** The one that came with the question, or the one jobs run on; null without one. */
  project: Project | null;
  /** As often as it likes; ten a second leave. */
  progress(stage: string, done: number, total: number | null, unit: string): void;
}

/** Answers questions on the engine's side. */
export type CallHandlers = Record<string, (input: never, context: CallContext) => Promise<unknown>>;
