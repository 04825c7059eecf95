import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobId } from '#shared/domain/ids.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import type { JobContext } from '#jobs/worker.ts';
import { Project } from '#project/project.ts';
import { preprocess, type PreprocessOptions } from '#workers/preprocess.ts';
import { makeCells } from '../support/make-cells.ts';
import { storeDataset } from '../support/store-dataset.ts';

const N_CELLS = 3500;
const MINUTES = 120_000;
const folder = mkdtempSync(path.join(tmpdir(), 'gcw-preprocess-resume-'));
const file = path.join(folder, 'p.gcwproj');
const secret = { passphrase: 'some cells' };
let dataset: string;
/** Artifacts of a run in one go; an id is a hash of the content too. */
let whole: string[];

beforeAll(async () => {
  const { project } = await Project.create(file, { ...secret, name: 'p', kdf: { memoryKiB: 8, iterations: 1 } });
  const cells = makeCells({ nCells: N_CELLS, nGenes: 90, targetsPerFate: 20, meanCounts: 300, seed: 3 });
  dataset = await storeDataset(project, cells);
  whole = await run(project, 'job-preprocess00', { nThreads: 1 });
  project.close();
}, MINUTES);

afterAll(() => rmSync(folder, { recursive: true }));

interface Stop {
  stage: string;
  /** The first report of at least so many cells. */
  at: number;
}

async function run(project: Project, job: string, options: PreprocessOptions, stop?: Stop): Promise<string[]> {
  const jobId = JobId.parse(job);
  const controller = new AbortController();
  const { jobs } = project;
  const context: JobContext = {
    jobId,
    project,
    signal: controller.signal,
    progress: (stage, done) => {
      if (stage === stop?.stage && done >= stop.at) controller.abort();
    },
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
  const config = PreprocessConfig.parse({ dataset, profile: 'none', minCellsPerGene: 1, priorDimensions: 8 });
  return preprocess(context, config, { saveCells: 1024, ...options });
}

describe('preparing cells', () => {
  it.each([2, 3])(
    'gives the same artifacts, bit for bit, in %i threads',
    async (nThreads) => {
      const project = await Project.open(file, secret);
      try {
        expect(await run(project, `job-threads0000${nThreads}`, { nThreads })).toEqual(whole);
      } finally {
        project.close();
      }
    },
    MINUTES,
  );

  it.each<Stop & { nThreads: number }>([
    { stage: 'Checking cells', at: 1, nThreads: 1 },
    { stage: 'Gene medians', at: 2048, nThreads: 2 },
    { stage: 'Encoding cells', at: 1, nThreads: 1 },
    { stage: 'Encoding cells', at: 2048, nThreads: 2 },
    { stage: 'Encoding cells', at: N_CELLS, nThreads: 1 },
    { stage: 'Co-expression vectors', at: 1, nThreads: 1 },
  ])(
    'goes on to the same artifacts after a stop: $stage, $at cells, $nThreads threads',
    async ({ nThreads, ...stop }) => {
      const job = `job-stop${nThreads}${stop.at}${stop.stage
        .slice(3)
        .toLowerCase()
        .replace(/[^a-z]/g, '')}`;
      const first = await Project.open(file, secret);
      await expect(run(first, job, { nThreads }, stop)).rejects.toMatchObject({ name: 'AbortError' });
      first.close();
      const second = await Project.open(file, secret);
      try {
        expect(await run(second, job, { nThreads })).toEqual(whole);
      } finally {
        second.close();
      }
    },
    MINUTES,
  );
});
