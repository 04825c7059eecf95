import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { resourcesFolder } from '#workers/resources.ts';
import { PYTHON } from '#tests/support/python.ts';
import { agreement } from './agreement.ts';
import { madeGenes } from './made-cells.ts';
import type { MadeFile } from './make-file.ts';
import { type DataReport, type DataRow, type Program, type ProgramReport, PROGRAMS } from './report.ts';
import type { Level } from '../suite.ts';

export interface DataBenchOptions {
  level: Level;
  /** Only rows whose number of cells, as it is printed, holds this text. */
  only: string;
  onRow: (row: DataRow) => void;
}

const SIZES: Readonly<Record<Level, readonly number[]>> = {
  quick: [3_000],
  usual: [3_000, 30_000],
  full: [3_000, 30_000, 300_000],
};
const SEED = 1;
const SAMPLE_CELLS = [0, 1, 2, 3, 500, 1_000, 2_000, 2_999];
const TIMEOUT_MS = 3_600_000;
const MAX_REASON = 120;
const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Import, quality check and encoding of made cells: the workers of the product beside the published steps in Python. */
export async function benchData({ level, only, onRow }: DataBenchOptions): Promise<DataReport> {
  const loadBefore = os.loadavg()[0];
  const about = spawnSync(PYTHON, ['-B', beside('published_steps.py'), 'about'], { encoding: 'utf8' });
  const python = about.status === 0 ? (JSON.parse(about.stdout) as DataReport['python']) : null;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-bench-data-'));
  const rows: DataRow[] = [];
  try {
    const core = path.join(folder, 'core.txt');
    writeFileSync(core, await coreGenes());
    for (const nCells of SIZES[level]) {
      if (!nCells.toLocaleString('en').includes(only)) continue;
      const row = measureRow(nCells, folder, core, python !== null);
      rows.push(row);
      onRow(row);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { loadBefore, python, rows };
}

function measureRow(nCells: number, folder: string, core: string, hasPython: boolean): DataRow {
  const input = path.join(folder, 'cells.h5ad');
  const output = path.join(folder, 'python.h5');
  const made = runJson<MadeFile>(process.execPath, [beside('make-file.ts'), input, String(nCells), String(SEED)]);
  if (typeof made === 'string') throw new Error(`making ${nCells} cells: ${made}`);
  const sampleCells = SAMPLE_CELLS.filter((cell) => cell < nCells);
  const measure = (program: Program): ProgramReport | string => {
    if (program === 'ours') {
      const work = JSON.stringify({ input, folder, sampleCells });
      return runJson<ProgramReport>(process.execPath, [beside('our-worker.ts'), work]);
    }
    if (!hasPython) return 'skipped: no Python with h5py and SciPy';
    const args = ['-B', beside('published_steps.py'), program, input, output, core, JSON.stringify(sampleCells)];
    const report = runJson<ProgramReport>(PYTHON, args);
    return typeof report === 'string' ? report : { ...report, diskBytes: statSync(output).size };
  };
  const results = Object.fromEntries(PROGRAMS.map((program) => [program, measure(program)])) as DataRow['results'];
  for (const file of [input, output]) rmSync(file, { force: true });
  const { ours } = results;
  const compared = (program: 'steps' | 'arrays') => {
    const theirs = results[program];
    return typeof ours === 'string' || typeof theirs === 'string' ? null : agreement(ours.sample, theirs.sample);
  };
  return {
    nCells,
    nEntries: made.nEntries,
    results,
    agreement: { steps: compared('steps'), arrays: compared('arrays') },
  };
}

/** The last line a program prints as JSON, or why there is none. */
function runJson<T>(command: string, args: readonly string[]): T | string {
  const { status, signal, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 2 ** 28,
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
  if (signal === 'SIGKILL') return 'it was killed: memory ran out';
  const words = `it ended with ${signal ?? status}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
  return words.length > MAX_REASON ? `${words.slice(0, MAX_REASON)} …` : words;
}

/** Ids of protein-coding and miRNA genes among those of the made cells, one a line. */
async function coreGenes(): Promise<string> {
  const { sets } = await GeneResolver.load(resourcesFolder());
  return madeGenes()
    .ids.filter((id) => sets.isCoreGene(id, 'human'))
    .join('\n');
}
