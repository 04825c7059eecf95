import type { JobKind } from '#shared/domain/job.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Project } from '#project/project.ts';
import type { CallContext, CallHandlers, CallOptions, Engine, EngineRun, RunOutcome } from './engine.ts';
import { ProgressMeter } from './progress-meter.ts';
import { runJob, type RunRequest } from './run-job.ts';
import type { Worker } from './worker.ts';
import type { WorkerEvent } from './worker-event.ts';

/**
 * Runs workers in this process, for tests and short programs.
 *
 * Note: a worker that computes without a pause blocks everything else here, and `kill` can only stop listening to it.
 */
export class InProcessEngine implements Engine {
  readonly #workers: Record<JobKind, Worker>;
  readonly #calls: CallHandlers;

  constructor({ workers, calls = {} }: { workers: Record<JobKind, Worker>; calls?: CallHandlers }) {
    this.#workers = workers;
    this.#calls = calls;
  }

  run(project: Project, request: RunRequest, emit: (event: WorkerEvent) => void): EngineRun {
    const controller = new AbortController();
    const { promise: killed, resolve } = Promise.withResolvers<RunOutcome>();
    let isListening = true;
    const listen = (event: WorkerEvent): void => {
      if (isListening) emit(event);
    };
    const ended = Promise.resolve().then(() => runJob(this.#workers, request, project, controller.signal, listen));
    return {
      outcome: Promise.race([ended, killed]),
      stop: () => controller.abort(),
      kill: () => {
        isListening = false;
        controller.abort();
        resolve({ type: 'killed' });
      },
    };
  }

  async call(name: string, input: unknown, options: CallOptions = {}): Promise<unknown> {
    return answerCall(this.#calls, name, input, options);
  }

  async release(_project: Project): Promise<void> {}

  async close(): Promise<void> {}
}

/** Throws: `unsupported` for a question nobody answers, and what the handler throws. */
export async function answerCall(
  calls: CallHandlers,
  name: string,
  input: unknown,
  { signal, onProgress, project = null }: Omit<CallOptions, 'project'> & { project?: Project | null | undefined },
): Promise<unknown> {
  const handler = Object.hasOwn(calls, name)
    ? (calls[name] as (input: unknown, context: CallContext) => Promise<unknown>)
    : undefined;
  if (!handler) {
    throw new WorkbenchError('unsupported', `Engine: it has no answer to "${name}"; update the workbench.`);
  }
  const meter = new ProgressMeter();
  return handler(input, {
    signal: signal ?? new AbortController().signal,
    project,
    progress(...amount) {
      const progress = meter.update(...amount);
      if (progress) onProgress?.({ ...progress, memoryBytes: process.memoryUsage.rss() });
    },
  });
}
