import type { ArtifactId, JobId } from '#shared/domain/ids.ts';
import type { JobKind } from '#shared/domain/job.ts';
import { type ErrorData, toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Project } from '#project/project.ts';
import { ProgressMeter } from './progress-meter.ts';
import type { JobContext, Worker } from './worker.ts';
import type { WorkerEvent } from './worker-event.ts';

export interface RunRequest {
  jobId: JobId;
  kind: JobKind;
  input: unknown;
}

/** How a worker came to an end. */
export type WorkerOutcome =
  | { type: 'done'; outputs: ArtifactId[] }
  | { type: 'failed'; error: ErrorData }
  /** It followed the signal. */
  | { type: 'stopped' };

const CHECKPOINT = 'checkpoint';

/** Runs one worker to its end; never throws. */
export async function runJob(
  workers: Record<JobKind, Worker>,
  { jobId, kind, input }: RunRequest,
  project: Project,
  signal: AbortSignal,
  emit: (event: WorkerEvent) => void,
): Promise<WorkerOutcome> {
  try {
    const outputs = await workers[kind](contextOf(jobId, project, signal, emit), input);
    return { type: 'done', outputs };
  } catch (thrown) {
    if (signal.aborted && isStop(thrown, signal)) return { type: 'stopped' };
    return { type: 'failed', error: describe(thrown) };
  }
}

function contextOf(
  jobId: JobId,
  project: Project,
  signal: AbortSignal,
  emit: (event: WorkerEvent) => void,
): JobContext {
  const meter = new ProgressMeter();
  const { jobs } = project;
  return {
    jobId,
    project,
    signal,
    progress(stage, done, total, unit, work) {
      const progress = meter.update(stage, done, total, unit, work);
      if (progress) emit({ type: 'progress', progress: { ...progress, memoryBytes: process.memoryUsage.rss() } });
    },
    metric: (series, step, value) => {
      if (!Number.isFinite(value)) {
        throw new WorkbenchError(
          'numeric',
          `${series}: it is ${value} at step ${step}; lower the learning rate and run it again.`,
        );
      }
      emit({ type: 'metric', series, step, value });
    },
    log: (level, message) => emit({ type: 'log', level, message }),
    partial: (result) => emit({ type: 'partial-result', result }),
    saveCheckpoint: async (bytes) => jobs.saveState(jobId, CHECKPOINT, bytes),
    loadCheckpoint: async () => jobs.loadState(jobId, CHECKPOINT),
    shards: {
      load: async (key) => jobs.loadState(jobId, `shard/${key}`),
      save: async (key, content) => jobs.saveState(jobId, `shard/${key}`, content),
    },
  };
}

function isStop(thrown: unknown, signal: AbortSignal): boolean {
  if (thrown === signal.reason) return true;
  if (thrown instanceof WorkbenchError) return thrown.code === 'cancelled';
  return thrown instanceof Error && thrown.name === 'AbortError';
}

/** A defect is told with the place it came from, so that a report of it can be acted on. */
function describe(thrown: unknown): ErrorData {
  const data = toWorkbenchError(thrown).toData();
  if (data.code !== 'internal' || !(thrown instanceof Error)) return data;
  const frame = thrown.stack?.split('\n').find((line) => /^\s+at /.test(line));
  const place = frame && /([^/\\(]+:\d+):\d+\)?$/.exec(frame)?.[1];
  return place ? { ...data, details: { ...data.details, place } } : data;
}
