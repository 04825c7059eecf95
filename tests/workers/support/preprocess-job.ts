import { JobId } from '#shared/domain/ids.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import type { JobContext } from '#jobs/worker.ts';
import { Project } from '#project/project.ts';
import { preprocess, type PreprocessOptions } from '#workers/preprocess.ts';

/** What a run is told of: the part of the work and the cells done in it. */
export type OnProgress = (stage: string, done: number) => void;

/** Prepares a dataset as a job does, keeping its state in the project. */
export function preprocessJob(
  project: Project,
  job: { jobId: string; dataset: string },
  options: PreprocessOptions,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<string[]> {
  const jobId = JobId.parse(job.jobId);
  const { jobs } = project;
  const context: JobContext = {
    jobId,
    project,
    signal,
    progress: onProgress,
    metric: () => undefined,
    log: () => undefined,
    partial: () => undefined,
    saveCheckpoint: async (bytes) => jobs.saveState(jobId, 'checkpoint', bytes),
    loadCheckpoint: async () => jobs.loadState(jobId, 'checkpoint'),
    shards: {
      load: async (key) => jobs.loadState(jobId, `shard/${key}`),
      save: async (key, bytes) => jobs.saveState(jobId, `shard/${key}`, bytes),
    },
  };
  const { dataset } = job;
  const config = PreprocessConfig.parse({ dataset, profile: 'none', minCellsPerGene: 1, priorDimensions: 8 });
  return preprocess(context, config, { saveCells: 1024, ...options });
}

/** As a program of its own, which ends itself without a word as soon as enough cells are encoded. */
if (import.meta.main) {
  const { file, passphrase, killAt, ...job } = JSON.parse(process.argv[2]) as {
    file: string;
    passphrase: string;
    killAt: number;
    jobId: string;
    dataset: string;
  };
  const project = await Project.open(file, { passphrase });
  await preprocessJob(project, job, { nThreads: 2 }, new AbortController().signal, (stage, done) => {
    if (stage === 'Encoding cells' && done >= killAt) process.kill(process.pid, 'SIGKILL');
  });
}
