import { createRequire } from 'node:module';
import { type EngineReport, rowName } from './engine-bench.ts';
import { type EngineRow, type Measured, median, type Program, PROGRAMS } from './measure-row.ts';
import { missesAvx512, type TorchAbout, TUNED_CORE } from './torch-about.ts';
import { GIB, machineLine } from '../suite.ts';

/** Cells a second for a forward pass, tokens a second for a training step. */
export function rate({ case: { kind, nCells, length } }: EngineRow, { seconds }: Measured): number {
  return (kind === 'forward' ? nCells : nCells * length) / seconds;
}

/** Time of PyTorch / time of ours, by the clock and of the processors; null where one of them has no number. */
export function ratio(row: EngineRow, program: Exclude<Program, 'ours'>): { clock: number; cpu: number } | null {
  const [ours, theirs] = [row.results.ours, row.results[program]];
  if (typeof ours === 'string' || typeof theirs === 'string') return null;
  return { clock: theirs.seconds / ours.seconds, cpu: theirs.cpuSeconds / ours.cpuSeconds };
}

/**
 * Share of the time of a program that the matrix products of ours alone would take at the speed of large ones; null
 * without a number. Above 1 / 3 for PyTorch, three times its speed is out of reach of any program on the same processor.
 */
export function productShare(row: EngineRow, program: Program, gigaflops: readonly number[]): number | null {
  const result = row.results[program];
  return typeof result === 'string' ? null : row.flops / (median(gigaflops) * 1e9) / result.seconds;
}

/** One row as cells of a table, in the order of `COLUMNS`. */
export function cellsOf(row: EngineRow, gigaflops: readonly number[]): string[] {
  const { kind } = row.case;
  const speed = (program: Program) => {
    const result = row.results[program];
    return typeof result === 'string' ? result : significant(rate(row, result));
  };
  const times = (program: Exclude<Program, 'ours'>) => {
    const value = ratio(row, program);
    return value === null ? '–' : `${value.clock.toFixed(2)} (${value.cpu.toFixed(2)})`;
  };
  const share = (program: Program) => {
    const value = productShare(row, program, gigaflops);
    return value === null ? '–' : `${Math.round(100 * value)} %`;
  };
  const ours = row.results.ours;
  return [
    rowName(row.case),
    kind === 'forward' ? 'cells/s' : 'tokens/s',
    speed('ours'),
    speed('published'),
    times('published'),
    speed('same'),
    times('same'),
    times('tuned'),
    PROGRAMS.map(share).join(' / '),
    PROGRAMS.slice(0, 3)
      .map((program) => peak(row.results[program]))
      .join(' / '),
    typeof ours === 'string' ? '–' : ours.repeats > 1 ? `${ours.repeats} (${spread(ours)})` : '1',
    row.difference === null ? '–' : row.difference.toExponential(0),
  ];
}

export const COLUMNS = [
  'row',
  'unit',
  'ours',
  'PyTorch, published',
  'ratio (CPU time)',
  'PyTorch, same work',
  'ratio (CPU time)',
  'ratio to tuned PyTorch',
  'products, share of time',
  'peak memory, GiB',
  'repeats (spread)',
  'difference',
];

/** Machine and versions, one fact a line. */
export function machineLines(report: EngineReport): string[] {
  const { device, threads, torch } = report;
  const speeds = report.gigaflops.map(Math.round);
  const require = createRequire(import.meta.url);
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  return [
    machineLine(report),
    `Ours: Node ${process.version}, ONNX Runtime ${version}, device ${device}, ${threads} threads; large products of matrices: ${Math.round(median(speeds))} GFLOP/s (median of ${speeds.length}, ${Math.min(...speeds)} to ${Math.max(...speeds)})`,
    torch ? aboutLine(torch, threads) : 'PyTorch: absent',
  ];
}

function aboutLine(about: TorchAbout, threads: number): string {
  const { torch, python, config, libraries, core, capability, cuda } = about;
  const blas = /BLAS_INFO=(\w+)/.exec(config.join(' '))?.[1] ?? 'unknown';
  const kernels = core ? `, OpenBLAS kernels: ${core}` : '';
  const tuned = missesAvx512(about) ? ` (this processor has AVX-512; the tuned PyTorch uses ${TUNED_CORE})` : '';
  return (
    `PyTorch ${torch} (Python ${python}), ${threads} threads; built with BLAS_INFO=${blas}, loaded: ` +
    `${libraries.join(', ') || 'nothing'}${kernels}${tuned}; CPU capability ${capability}; CUDA: ${cuda ?? 'none'}`
  );
}

/** What the memory row says. */
export function growthLine({ growth }: EngineReport): string | null {
  if (growth === null) return null;
  if (typeof growth === 'string') return `memory over 1,000 training steps: not measured (${growth})`;
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return (
    `memory over ${growth.steps.toLocaleString('en')} training steps (demo, 4 × 64), after ${growth.warmUp} of warm-up, garbage collected: ` +
    `${mib(growth.bytesPerThousandSteps)} MiB per 1,000 steps (${mib(growth.firstBytes)} MiB at first, ${mib(growth.lastBytes)} MiB at last)`
  );
}

function peak(result: Measured | string): string {
  return typeof result === 'string' ? '–' : (result.peakBytes / GIB).toFixed(2);
}

function spread({ fastest, slowest, seconds }: Measured): string {
  return `−${Math.round((1 - fastest / seconds) * 100)} % +${Math.round((slowest / seconds - 1) * 100)} %`;
}

function significant(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
