import type { JobId } from '#shared/domain/ids.ts';
import type { JobKind } from '#shared/domain/job.ts';
import { assertNever } from '#shared/util/assert-never.ts';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { Project } from '#project/project.ts';
import type { EngineParent } from './engine-child.ts';
import type { CallHandlers } from './engine.ts';
import { answerCall } from './in-process-engine.ts';
import { ToChild, type ToHost } from './protocol.ts';
import { runJob, type RunRequest } from './run-job.ts';
import type { Worker } from './worker.ts';

export interface EngineChildOptions {
  workers: Record<JobKind, Worker>;
  parent: EngineParent;
  calls?: CallHandlers;
}

/** The engine process: does what its host says until that is gone. */
export function runEngineChild({ workers, parent, calls = {} }: EngineChildOptions): void {
  const running = new Map<JobId, AbortController>();
  const answering = new Map<number, AbortController>();
  let project: Project | null = null;
  const send = (message: ToHost): void => parent.send(message);

  const open = async (path: string, dataKey: Uint8Array): Promise<void> => {
    try {
      project?.close();
      project = null;
      project = await Project.open(path, { dataKey });
      send({ type: 'opened' });
    } catch (thrown) {
      send({ type: 'not-opened', error: toWorkbenchError(thrown).toData() });
    }
  };

  const run = async (request: RunRequest): Promise<void> => {
    const { jobId } = request;
    if (!project) {
      const error = new WorkbenchError(
        'internal',
        'Engine: it was asked to run a job before it had a project.',
      ).toData();
      send({ type: 'failed', jobId, error });
      return;
    }
    const controller = new AbortController();
    running.set(jobId, controller);
    const outcome = await runJob(workers, request, project, controller.signal, (event) =>
      send({ type: 'event', jobId, event }),
    );
    running.delete(jobId);
    if (running.size === 0) discardDrafts(project);
    send({ ...outcome, jobId });
  };

  const answer = async (callId: number, name: string, input: unknown): Promise<void> => {
    const controller = new AbortController();
    answering.set(callId, controller);
    try {
      const output = await answerCall(calls, name, input, {
        signal: controller.signal,
        project,
        onProgress: (progress) => send({ type: 'call-progress', callId, progress }),
      });
      send({ type: 'answer', callId, output });
    } catch (thrown) {
      send({ type: 'no-answer', callId, error: toWorkbenchError(thrown).toData() });
    } finally {
      answering.delete(callId);
    }
  };

  parent.onMessage((raw) => {
    const message = ToChild.parse(raw);
    switch (message.type) {
      case 'open':
        return void open(message.path, message.dataKey);
      case 'release':
        project?.close();
        project = null;
        return send({ type: 'released' });
      case 'run':
        return void run(message);
      case 'stop':
        return running.get(message.jobId)?.abort();
      case 'call':
        return void answer(message.callId, message.name, message.input);
      case 'stop-call':
        return answering.get(message.callId)?.abort();
      default:
        return assertNever(message);
    }
  });
  parent.onClose(() => {
    try {
      project?.close();
    } finally {
      process.exit(0);
    }
  });
  send({ type: 'ready' });
}

/** What a failed worker had half written. On a full disk even that has to wait; it is swept when the project is closed. */
function discardDrafts(project: Project): void {
  try {
    project.artifacts.discardDrafts();
  } catch (thrown) {
    if (toWorkbenchError(thrown).code !== 'resource') throw thrown;
  }
}
