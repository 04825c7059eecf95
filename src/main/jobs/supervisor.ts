import type { JobId } from '#shared/domain/ids.ts';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { assertNever } from '#shared/util/assert-never.ts';
import type { Project } from '#project/project.ts';
import type { EngineChild, EngineExit, SpawnEngine } from './engine-child.ts';
import type { CallOptions, Engine, EngineRun, RunOutcome } from './engine.ts';
import { describeExit } from './exit-words.ts';
import { type ToChild, ToHost } from './protocol.ts';
import type { RunRequest } from './run-job.ts';
import type { WorkerEvent } from './worker-event.ts';

interface Run {
  projectPath: string;
  outcome: Promise<RunOutcome>;
  emit: (event: WorkerEvent) => void;
  end: (outcome: RunOutcome) => void;
  /** The child was told to begin; before that a stop needs no word to it. */
  isTold: boolean;
  isKilled: boolean;
}

/** A started child and what is waited for. */
interface Child {
  process: EngineChild;
  ready: PromiseWithResolvers<void>;
  /** Path of the project it has open or is opening. */
  projectPath: string | null;
  opened: PromiseWithResolvers<void>;
  /** Who may open a project next: one after the other. */
  turn: Promise<void>;
  released: PromiseWithResolvers<void> | null;
  runs: Map<JobId, Run>;
  calls: Map<number, PromiseWithResolvers<unknown> & Pick<CallOptions, 'onProgress'>>;
}

/** How long a child may take to let go of a project before it is ended. */
const RELEASE_MS = 5_000;

/** Owns the engine child: starts it when it is needed, starts a new one after a crash, ends it. */
export class EngineSupervisor implements Engine {
  readonly #spawn: SpawnEngine;
  #child: Child | null = null;
  #nextCall = 1;
  #isClosed = false;

  constructor({ spawn }: { spawn: SpawnEngine }) {
    this.#spawn = spawn;
  }

  run(project: Project, request: RunRequest, emit: (event: WorkerEvent) => void): EngineRun {
    const { promise: outcome, resolve: end } = Promise.withResolvers<RunOutcome>();
    const { jobId } = request;
    const run: Run = { projectPath: project.path, outcome, emit, end, isTold: false, isKilled: false };
    const child = this.#ensure();
    child.runs.set(jobId, run);
    const begin = async (): Promise<void> => {
      try {
        await this.#openIn(child, project);
        // It may have been stopped or killed while the project was opened.
        if (!child.runs.has(jobId)) return;
        run.isTold = true;
        tell(child, { type: 'run', ...request });
      } catch (thrown) {
        this.#finish(child, jobId, { type: 'failed', error: toWorkbenchError(thrown).toData() });
      }
    };
    child.turn = child.turn.then(begin);
    return {
      outcome,
      stop: (reason) => {
        if (run.isTold) tell(child, { type: 'stop', jobId, reason });
        else this.#finish(child, jobId, { type: 'stopped' });
      },
      kill: () => {
        run.isKilled = true;
        child.process.kill();
      },
    };
  }

  async call(name: string, input: unknown, { signal, onProgress, project }: CallOptions = {}): Promise<unknown> {
    signal?.throwIfAborted();
    const child = this.#ensure();
    const callId = this.#nextCall++;
    const answer = Promise.withResolvers<unknown>();
    child.calls.set(callId, { ...answer, onProgress });
    const stop = (): void => tell(child, { type: 'stop-call', callId });
    const ask = async (): Promise<void> => {
      try {
        await (project ? this.#openIn(child, project) : child.ready.promise);
      } catch (thrown) {
        child.calls.delete(callId);
        return answer.reject(thrown);
      }
      tell(child, { type: 'call', callId, name, input });
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    };
    // A question about a project waits for its turn to have it opened, like a job.
    if (project) child.turn = child.turn.then(ask);
    else void ask();
    try {
      return await answer.promise;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async release(project: Project): Promise<void> {
    const child = this.#child;
    if (!child || child.projectPath !== project.path) return;
    if ([...child.runs.values()].some(({ projectPath }) => projectPath === project.path)) return;
    await this.#release(child);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const child = this.#child;
    if (!child) return;
    if (child.projectPath !== null) await this.#release(child);
    const { promise, resolve } = Promise.withResolvers<void>();
    child.process.onExit(() => resolve());
    child.process.kill();
    await promise;
  }

  async #release(child: Child): Promise<void> {
    child.projectPath = null;
    child.released = Promise.withResolvers();
    const timer = setTimeout(() => child.process.kill(), RELEASE_MS);
    tell(child, { type: 'release' });
    await child.released.promise;
    clearTimeout(timer);
  }

  #ensure(): Child {
    if (this.#isClosed) throw new WorkbenchError('unavailable', 'Engine: it was closed; start the workbench again.');
    return (this.#child ??= this.#start());
  }

  #start(): Child {
    const child: Child = {
      process: this.#spawn(),
      ready: Promise.withResolvers(),
      projectPath: null,
      opened: Promise.withResolvers(),
      turn: Promise.resolve(),
      released: null,
      runs: new Map(),
      calls: new Map(),
    };
    ignoreRejection(child.ready.promise);
    child.process.onMessage((raw) => {
      const message = ToHost.safeParse(raw);
      if (message.success) this.#hear(child, message.data);
      // A child that speaks another language is of another version or broken: nothing it says can be trusted.
      else child.process.kill();
    });
    child.process.onExit((exit) => this.#ended(child, exit));
    return child;
  }

  /** A child has one project open; jobs of another one come to their end first. */
  async #openIn(child: Child, project: Project): Promise<void> {
    await child.ready.promise;
    await Promise.all(
      [...child.runs.values()]
        .filter((run) => run.isTold && run.projectPath !== project.path)
        .map((run) => run.outcome),
    );
    if (child.projectPath !== project.path) {
      child.projectPath = project.path;
      child.opened = Promise.withResolvers();
      ignoreRejection(child.opened.promise);
      tell(child, { type: 'open', path: project.path, dataKey: new Uint8Array(project.dataKey) });
    }
    await child.opened.promise;
  }

  #hear(child: Child, message: ToHost): void {
    switch (message.type) {
      case 'ready':
        return child.ready.resolve();
      case 'opened':
        return child.opened.resolve();
      case 'not-opened':
        child.projectPath = null;
        return child.opened.reject(WorkbenchError.fromData(errorData(message.error)));
      case 'released':
        return child.released?.resolve();
      case 'event':
        return child.runs.get(message.jobId)?.emit(message.event);
      case 'done':
        return this.#finish(child, message.jobId, { type: 'done', outputs: message.outputs });
      case 'failed':
        return this.#finish(child, message.jobId, { type: 'failed', error: errorData(message.error) });
      case 'stopped':
        return this.#finish(child, message.jobId, { type: 'stopped' });
      case 'call-progress':
        return child.calls.get(message.callId)?.onProgress?.(message.progress);
      case 'answer':
        child.calls.get(message.callId)?.resolve(message.output);
        return void child.calls.delete(message.callId);
      case 'no-answer':
        child.calls.get(message.callId)?.reject(WorkbenchError.fromData(errorData(message.error)));
        return void child.calls.delete(message.callId);
      default:
        return assertNever(message);
    }
  }

  #finish(child: Child, jobId: JobId, outcome: RunOutcome): void {
    const run = child.runs.get(jobId);
    child.runs.delete(jobId);
    run?.end(outcome);
  }

  #ended(child: Child, exit: EngineExit): void {
    if (this.#child === child) this.#child = null;
    const { diagnosis, outOfMemory } = describeExit(exit);
    const gone = new WorkbenchError('unavailable', `Engine: ${diagnosis}; try again.`);
    const runs = [...child.runs.values()];
    child.runs.clear();
    const wasAsked = this.#isClosed || runs.some(({ isKilled }) => isKilled);
    for (const { end, isKilled } of runs) {
      if (isKilled) end({ type: 'killed' });
      else if (wasAsked) end({ type: 'interrupted' });
      else end({ type: 'crashed', diagnosis, outOfMemory });
    }
    child.ready.reject(gone);
    child.opened.reject(gone);
    ignoreRejection(child.opened.promise);
    child.released?.resolve();
    for (const answer of child.calls.values()) answer.reject(gone);
    child.calls.clear();
  }
}

function tell(child: Child, message: ToChild): void {
  child.process.send(message);
}

function errorData(error: Extract<ToHost, { type: 'failed' }>['error']) {
  const { code, message, details } = error;
  return details ? { code, message, details } : { code, message };
}

/** Its rejection is told to those who wait for it; without one it is no defect. */
function ignoreRejection(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
