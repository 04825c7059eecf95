import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PYTHON, torchVersion } from '#tests/support/python.ts';
import { type ScreenCase, SCREENS, type TrainedModel } from './bench-case.ts';
import { nameOf, PUBLISHED, type ScreenReport, type ScreenRow, type ScreenTiming } from './report.ts';
import type { Level } from '../suite.ts';

export interface ScreenBenchOptions {
  readonly level: Level;
  readonly threads: number;
  /** Execution providers of ONNX Runtime. */
  readonly devices: readonly string[];
  /** Only rows whose name holds this text, as `demo` or `demo, 64 cells`. */
  readonly only: string;
  readonly onRow: (row: ScreenRow) => void;
}

const demo: ScreenCase = {
  preset: 'demo',
  nCells: 64,
  trainingSteps: 80,
  batchSize: 16,
  finetuningEpochs: 2,
  publishedPasses: 512,
  tasks: SCREENS.filter((task) => !task.endsWith('-rank')),
};
/** Exact screens grow with genes × cells, those in stages hardly: more cells tell more and cost the published procedure more. */
const manyCells: ScreenCase = {
  ...demo,
  nCells: 256,
  tasks: SCREENS.filter((task) => !task.startsWith('two-stage')),
};
const small: ScreenCase = {
  preset: 'small',
  nCells: 32,
  trainingSteps: 16,
  batchSize: 8,
  finetuningEpochs: 0,
  publishedPasses: 8,
  tasks: ['exact', 'exact-over', 'adaptive', 'adaptive-over'],
  sampleGenes: 32,
};
/** Nearly all progenitors of the shipped cells. */
const mostCells: ScreenCase = { ...demo, nCells: 640, tasks: ['exact', 'adaptive'] };
const CASES: Readonly<Record<Level, readonly ScreenCase[]>> = {
  quick: [{ ...demo, nCells: 24, publishedPasses: 128 }],
  usual: [demo, manyCells, mostCells, small],
  full: [
    { ...demo, nCells: 400, finetuningEpochs: 5 },
    { ...small, nCells: 256, trainingSteps: 200, finetuningEpochs: 1, publishedPasses: 32 },
  ],
};
/** Screens of seconds are repeated, those of minutes are not. */
const REPEATS = { seconds: 10, most: 3 };
const TIMEOUT_MS = 7_200_000;
const MAX_REASON = 120;
const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Exact and two-stage screens of every gene beside the published procedure, with one trained model of each size. */
export function benchScreen({ level, threads, devices, only, onRow }: ScreenBenchOptions): ScreenReport {
  const loadBefore = os.loadavg()[0];
  const torch = torchVersion();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-bench-screen-'));
  const rows: ScreenRow[] = [];
  let trained: TrainedModel | undefined;
  try {
    for (const given of CASES[level]) {
      if (!nameOf({ case: given, device: 'cpu' }).includes(only)) continue;
      const before = rows.at(-1);
      const isSame = before !== undefined && isSameModel(before.case, given);
      const model = (isSame && trained) || runJson<TrainedModel>(ourCommand('make-model.ts', { ...given, folder }));
      if (typeof model === 'string') throw new Error(`training the ${given.preset} model: ${model}`);
      trained = model;
      for (const device of devices) {
        const row = measureRow(given, model, {
          device,
          threads,
          torch,
          // A published pass takes what it takes, however many cells are asked for.
          published: isSame ? rows.findLast((one) => one.device === device)?.published : undefined,
        });
        rows.push(row);
        onRow(row);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { loadBefore, threads, torch, rows };
}

function measureRow(
  given: ScreenCase,
  trained: TrainedModel,
  {
    device,
    threads,
    torch,
    published,
  }: { device: string; threads: number; torch: string | null; published?: ScreenRow['published'] },
): ScreenRow {
  const ask = <T>(task: string): T | string =>
    runJson<T>(ourCommand('our-worker.ts', { given, trained, task, threads, device }), threads);
  const screens = Object.fromEntries(
    given.tasks.map((task) => [task, repeated(() => ask(task))]),
  ) as ScreenRow['screens'];
  const measured = () =>
    Object.fromEntries(
      PUBLISHED.map((program) => {
        if (program === 'engine') return [program, ask('published')];
        if (torch === null) return [program, 'skipped: no PyTorch'];
        const { weights, cells } = trained;
        const asked = JSON.stringify({ weights, cells, threads, device, passes: given.publishedPasses });
        return [program, runJson([PYTHON, '-B', beside('published_passes.py'), asked], threads)];
      }),
    ) as ScreenRow['published'];
  return { case: given, device, trainingSeconds: trained.seconds, screens, published: published ?? measured() };
}

function isSameModel(a: ScreenCase, b: ScreenCase): boolean {
  const of = ({ preset, trainingSteps, batchSize, finetuningEpochs }: ScreenCase) =>
    [preset, trainingSteps, batchSize, finetuningEpochs].join();
  return of(a) === of(b);
}

/** The run of median processor time. */
function repeated(measure: () => ScreenTiming | string): ScreenTiming | string {
  const runs: ScreenTiming[] = [];
  for (let spent = 0; runs.length < REPEATS.most && spent <= REPEATS.seconds;) {
    const run = measure();
    if (typeof run === 'string') return run;
    runs.push(run);
    spent += run.seconds;
  }
  return runs.sort((a, b) => a.cpuSeconds - b.cpuSeconds)[(runs.length - 1) >> 1];
}

function ourCommand(program: string, work: object): string[] {
  return [process.execPath, '--disable-warning=ExperimentalWarning', beside(program), JSON.stringify(work)];
}

/** The last line a program prints as JSON, or why there is none. */
function runJson<T>([command, ...args]: string[], threads = os.availableParallelism()): T | string {
  const count = String(threads);
  const { status, signal, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 2 ** 28,
    // Waiting threads sleep in every program: on a busy machine PyTorch is several times slower without.
    env: {
      OMP_WAIT_POLICY: 'passive',
      OPENBLAS_THREAD_TIMEOUT: '4',
      ...process.env,
      OMP_NUM_THREADS: count,
      OPENBLAS_NUM_THREADS: count,
      MKL_NUM_THREADS: count,
    },
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
  if (signal === 'SIGKILL') return 'it was killed: memory ran out';
  const words = `it ended with ${signal ?? status}: ${
    stderr
      .trim()
      .split('\n')
      .findLast((line) => /Error|error/.test(line)) ?? ''
  }`;
  return words.length > MAX_REASON ? `${words.slice(0, MAX_REASON)} …` : words;
}
