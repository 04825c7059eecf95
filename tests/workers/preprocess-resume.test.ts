import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from '#project/project.ts';
import type { PreprocessOptions } from '#workers/preprocess.ts';
import { makeCells } from '../support/make-cells.ts';
import { storeDataset } from '../support/store-dataset.ts';
import { preprocessJob } from './support/preprocess-job.ts';

const N_CELLS = 3500;
const MINUTES = 120_000;
const PROGRAM = fileURLToPath(new URL('support/preprocess-job.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'gcw-preprocess-resume-'));
const file = path.join(folder, 'p.gcwproj');
const passphrase = 'some cells';
let dataset: string;
/** Artifacts of a run in one go; an id is a hash of the content too. */
let whole: string[];

beforeAll(async () => {
  const { project } = await Project.create(file, { passphrase, name: 'p', kdf: { memoryKiB: 8, iterations: 1 } });
  dataset = await storeDataset(
    project,
    makeCells({ nCells: N_CELLS, nGenes: 90, targetsPerFate: 20, meanCounts: 300, seed: 3 }),
  );
  project.close();
  whole = (await run('job-preprocess00', { nThreads: 1 })).outputs;
}, MINUTES);

afterAll(() => rmSync(folder, { recursive: true }));

interface Stop {
  stage: string;
  /** The first report of at least so many cells. */
  at: number;
}

/** One run in a project opened for it; tells the first report of each part of the work. */
async function run(
  jobId: string,
  options: PreprocessOptions,
  stop?: Stop,
): Promise<{ outputs: string[]; first: Map<string, number> }> {
  const project = await Project.open(file, { passphrase });
  const controller = new AbortController();
  const first = new Map<string, number>();
  try {
    const outputs = await preprocessJob(project, { jobId, dataset }, options, controller.signal, (stage, done) => {
      if (!first.has(stage)) first.set(stage, done);
      if (stage === stop?.stage && done >= stop.at) controller.abort();
    });
    return { outputs, first };
  } finally {
    project.close();
  }
}

describe('preparing cells', () => {
  it.each([2, 3])(
    'gives the same artifacts, bit for bit, in %i threads',
    async (nThreads) => {
      expect((await run(`job-threads0000${nThreads}`, { nThreads })).outputs).toEqual(whole);
    },
    MINUTES,
  );

  it.each<Stop & { nThreads: number; goesOnWith: string; after: number }>([
    { stage: 'Checking cells', at: 1, nThreads: 1, goesOnWith: 'Checking cells', after: 0 },
    { stage: 'Gene medians', at: 2048, nThreads: 2, goesOnWith: 'Gene medians', after: 0 },
    { stage: 'Encoding cells', at: 1, nThreads: 1, goesOnWith: 'Encoding cells', after: 512 },
    { stage: 'Encoding cells', at: 2048, nThreads: 2, goesOnWith: 'Encoding cells', after: 2048 },
    { stage: 'Encoding cells', at: N_CELLS, nThreads: 1, goesOnWith: 'Co-expression vectors', after: 0 },
    { stage: 'Co-expression vectors', at: 1, nThreads: 1, goesOnWith: 'Co-expression vectors', after: 0 },
  ])(
    'goes on to the same artifacts after a stop: $stage, $at cells, $nThreads threads',
    async ({ nThreads, goesOnWith, after, ...stop }) => {
      const job = `job-stop${nThreads}${stop.at}${stop.stage
        .slice(3)
        .toLowerCase()
        .replace(/[^a-z]/g, '')}`;
      await expect(run(job, { nThreads }, stop)).rejects.toMatchObject({ name: 'AbortError' });
      const resumed = await run(job, { nThreads });
      expect(resumed.outputs).toEqual(whole);
      const [[stage, done]] = resumed.first;
      expect(stage).toBe(goesOnWith);
      expect(done).toBeGreaterThanOrEqual(after);
    },
    MINUTES,
  );

  it.each([1, 2048, N_CELLS])(
    'goes on to the same artifacts after its process was killed at %i cells',
    async (killAt) => {
      const jobId = `job-killed${String(killAt).padStart(6, '0')}`;
      const work = JSON.stringify({ file, passphrase, killAt, jobId, dataset });
      expect(spawnSync(process.execPath, [PROGRAM, work]).signal).toBe('SIGKILL');
      const resumed = await run(jobId, { nThreads: 2 });
      expect(resumed.outputs).toEqual(whole);
      expect(resumed.first.has('Checking cells')).toBe(false);
      expect(resumed.first.has('Gene medians')).toBe(false);
    },
    MINUTES,
  );
});
