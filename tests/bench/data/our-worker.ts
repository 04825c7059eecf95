import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { ArtifactId, JobId } from '#shared/domain/ids.ts';
import type { JobKind } from '#shared/domain/job.ts';
import { Project } from '#project/project.ts';
import { runJob } from '#jobs/run-job.ts';
import { TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import { WORKERS } from '#workers/index.ts';
import { hdf5 } from '#singlecell/io/hdf5/library.ts';
import { geneResolver } from '#workers/resources.ts';
import { readTokenIds } from '#workers/tokens-store.ts';
import type { ProgramReport, Stage } from './report.ts';

/** Imports and prepares one file, as told by its argument, with the workers of the product in an encrypted project, and prints what it took. */
const { input, folder, sampleCells } = JSON.parse(process.argv[2]) as {
  input: string;
  folder: string;
  sampleCells: number[];
};
const file = `${folder}/bench.gcwproj`;
/** A quick key: what a passphrase costs is no part of the work. */
const { project } = await Project.create(file, {
  name: 'bench',
  passphrase: 'bench',
  kdf: { memoryKiB: 8, iterations: 1 },
});

const stages: Stage[] = [];
let current: { name: string; wall: number; cpu: number } | null = null;

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function enter(name: string | null): void {
  if (name === current?.name) return;
  const now = { wall: performance.now(), cpu: cpuSeconds() };
  if (current) {
    stages.push({
      name: current.name,
      seconds: (now.wall - current.wall) / 1000,
      cpuSeconds: now.cpu - current.cpu,
      peakBytes: peak(true),
    });
  }
  current = name === null ? null : { name, ...now };
}

/** Highest resident memory since it was last reset; over the whole life where the system cannot reset it. */
function peak(reset: boolean): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const bytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
  if (reset) writeFileSync('/proc/self/clear_refs', '5');
  return bytes;
}

async function run(kind: JobKind, config: Record<string, unknown>): Promise<ArtifactId[]> {
  const request = { jobId: JobId.parse(`job-bench${kind}`.padEnd(14, '0').slice(0, 14)), kind, input: config };
  const outcome = await runJob(WORKERS, request, project, new AbortController().signal, (event) => {
    if (event.type === 'progress') enter(event.progress.stage);
  });
  if (outcome.type !== 'done') throw new Error(outcome.type === 'failed' ? outcome.error.message : outcome.type);
  return outcome.outputs;
}

enter('start');
// What Python's imports are to the other programs, which start their clocks after them.
await Promise.all([geneResolver(), hdf5(), import('#workers/import.ts'), import('#workers/preprocess.ts')]);
peak(true);
enter('Reading cells');
const [dataset] = await run('import', { input: [input] });
enter('between');
const outputs = await run('preprocess', { dataset, vocabulary: 'own', profile: 'published' });
enter(null);
const tokens = outputs.at(-1)!;
const { artifacts } = project;
const manifest = artifacts.get(tokens);
const offsets = artifacts.readTyped(tokens, TOKENS_BLOBS.offsets, 'float64');
const cellIndex = artifacts.readTyped(tokens, TOKENS_BLOBS.cellIndex, 'int32');
const vocabulary = artifacts.readJson<string[]>(outputs[0], 'tokens');
const sample = sampleCells.map((cell) => {
  const row = cellIndex.indexOf(cell);
  if (row < 0) return { cell, genes: [], values: [] };
  const [from, n] = [offsets[row], offsets[row + 1] - offsets[row]];
  return {
    cell,
    genes: Array.from(readTokenIds(artifacts, manifest, from, n), (id) => vocabulary[id]),
    values: Array.from(artifacts.readTyped(tokens, TOKENS_BLOBS.values, 'float32', from, n)),
  };
});
const report: ProgramReport = {
  nCells: Number(manifest.summary.nCells),
  nKept: Number(manifest.summary.nCellsKept),
  stages: stages.filter(({ name }) => name !== 'start' && name !== 'between'),
  diskBytes: sizeOf(file) + sizeOf(`${file}-wal`),
  sample,
};
project.close();
rmSync(file, { force: true });
process.stdout.write(`${JSON.stringify(report)}\n`);

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
