import os from 'node:os';
import { GIB, machineLine } from '../suite.ts';

/** One part of the work of a program. */
export interface Stage {
  readonly name: string;
  readonly seconds: number;
  /** Processor time of all threads. */
  readonly cpuSeconds: number;
  /** Highest resident memory during the part, or since the start where a program cannot tell. */
  readonly peakBytes: number;
}

/** An encoded cell, by Ensembl id; empty where the cell was not kept. */
export interface SampleCell {
  readonly cell: number;
  readonly genes: readonly string[];
  readonly values: readonly number[];
}

/** What a program printed. */
export interface ProgramReport {
  readonly nCells: number;
  readonly nKept: number;
  readonly stages: readonly Stage[];
  /** Size of the project, compressed and encrypted; of the padded arrays for the Python programs. */
  readonly diskBytes: number;
  readonly sample: readonly SampleCell[];
}

export const PROGRAMS = ['ours', 'steps', 'arrays'] as const;
export type Program = (typeof PROGRAMS)[number];

/** One size of data. */
export interface DataRow {
  readonly nCells: number;
  readonly nEntries: number;
  /** What a program did, or why there is no number. */
  readonly results: Readonly<Record<Program, ProgramReport | string>>;
  /** Cells of the sample in which a program's result is ours; null without that program. */
  readonly agreement: Readonly<Record<Exclude<Program, 'ours'>, string | null>>;
}

export interface DataReport {
  readonly loadBefore: number;
  readonly python: { python: string; numpy: string; scipy: string; h5py: string } | null;
  readonly rows: readonly DataRow[];
}

/** What both programs do; the co-expression vectors of ours have no counterpart in the published steps. */
export const COMPARED = ['Reading cells', 'Checking cells', 'Gene medians', 'Encoding cells'] as const;
const MIB = 2 ** 20;

export interface Total {
  seconds: number;
  cpuSeconds: number;
  peakBytes: number;
}

/** Sum over the compared parts. */
export function totalOf({ stages }: ProgramReport): Total {
  const compared = stages.filter(({ name }) => (COMPARED as readonly string[]).includes(name));
  return {
    seconds: compared.reduce((sum, { seconds }) => sum + seconds, 0),
    cpuSeconds: compared.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakBytes: Math.max(...compared.map(({ peakBytes }) => peakBytes)),
  };
}

export const COLUMNS = [
  'cells',
  'program',
  'import',
  'QC',
  'medians',
  'encoding',
  'total, s (CPU)',
  'cells/s',
  'ratio (CPU time)',
  'peak, GiB',
  'same cells',
];

const NAMES: Record<Program, string> = { ours: 'workbench', steps: 'Python, dictionary', arrays: 'Python, arrays' };

/** The lines of one size, one for each program. */
export function linesOf(row: DataRow): string[][] {
  const { ours } = row.results;
  return PROGRAMS.map((program) => {
    const result = row.results[program];
    const cells = program === 'ours' ? row.nCells.toLocaleString('en') : '';
    if (typeof result === 'string') return [cells, NAMES[program], result, ...COLUMNS.slice(3).map(() => '–')];
    const total = totalOf(result);
    const parts = COMPARED.map((name) => {
      const stage = result.stages.find((each) => each.name === name);
      return stage ? stage.seconds.toFixed(1) : '–';
    });
    const mine = typeof ours === 'string' ? null : totalOf(ours);
    const ratio =
      mine === null || program === 'ours'
        ? '–'
        : `${(total.seconds / mine.seconds).toFixed(1)} (${(total.cpuSeconds / mine.cpuSeconds).toFixed(1)})`;
    return [
      cells,
      NAMES[program],
      ...parts,
      `${total.seconds.toFixed(1)} (${total.cpuSeconds.toFixed(1)})`,
      Math.round(row.nCells / total.seconds).toLocaleString('en'),
      ratio,
      (total.peakBytes / GIB).toFixed(2),
      program === 'ours' ? '–' : (row.agreement[program] ?? '–'),
    ];
  });
}

export const MEMORY_COLUMNS = ['cells', ...COMPARED, 'Co-expression vectors', 'co-expression, s (CPU)', 'project, MiB'];

/** Peak memory of each part of ours, in MiB, and what ours does besides. */
export function memoryLine({ nCells, results: { ours } }: DataRow): string[] | null {
  if (typeof ours === 'string') return null;
  const stage = (wanted: string) => ours.stages.find(({ name }) => name === wanted);
  const mib = (bytes: number | undefined) => (bytes === undefined ? '–' : (bytes / MIB).toFixed(0));
  const prior = stage('Co-expression vectors');
  return [
    nCells.toLocaleString('en'),
    ...COMPARED.map((name) => mib(stage(name)?.peakBytes)),
    mib(prior?.peakBytes),
    prior ? `${prior.seconds.toFixed(1)} (${prior.cpuSeconds.toFixed(1)})` : '–',
    mib(ours.diskBytes),
  ];
}

/** Machine and versions, one fact a line. */
export function machineLines(report: DataReport): string[] {
  const { python } = report;
  return [
    machineLine(report),
    `Ours: Node ${process.version}, ${os.availableParallelism()} processors`,
    python
      ? `Python ${python.python}, NumPy ${python.numpy}, SciPy ${python.scipy}, h5py ${python.h5py}`
      : 'Python with h5py and SciPy: absent, its rows were skipped',
  ];
}
