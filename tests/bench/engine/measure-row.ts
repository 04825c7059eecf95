import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '#tests/support/python.ts';
import { type BenchCase, type CaseData, caseData } from './bench-case.ts';
import { BenchChild } from './child.ts';
import { TORCH_WORKER, TUNED_CORE } from './torch-about.ts';

/**
 * `published`: PyTorch computes what the published code computes. `same`: what this product computes. `tuned`: the same,
 * with AVX-512 kernels that an OpenBLAS older than the processor does not choose by itself.
 */
export const PROGRAMS = ['ours', 'published', 'same', 'tuned'] as const;
export type Program = (typeof PROGRAMS)[number];

export interface Measured {
  /** Median of the repeats. */
  readonly seconds: number;
  /** Median processor time. */
  readonly cpuSeconds: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly repeats: number;
  readonly peakBytes: number;
  readonly note: string;
}

export interface EngineRow {
  readonly case: BenchCase;
  /** What a program took, or why there is no number. */
  readonly results: Readonly<Record<Program, Measured | string>>;
  /** Largest difference of PyTorch's results from ours, as a share of the largest number; null without PyTorch. */
  readonly difference: number | null;
}

export interface Budget {
  /** Seconds of timed calls for the whole row, all programs together. */
  readonly seconds: number;
  readonly maxRepeats: number;
}

const MIN_REPEATS = 3;
/** A call this long is repeated at least twice, one of three times the length once. */
const LONG_CALL_SECONDS = 5;
const TIMEOUT_SECONDS = 150;
const GIB = 2 ** 30;
const MAX_REASON = 160;

const OUR_WORKER = fileURLToPath(new URL('our-worker.ts', import.meta.url));

/** Times one row: every program in its own process, warmed up, then in turn. `missing`: why a program is not asked. */
export async function measureRow(
  given: BenchCase,
  budget: Budget,
  missing: Readonly<Partial<Record<Program, string>>>,
): Promise<EngineRow> {
  const data = caseData(given);
  const runners: Partial<Record<Program, Runner>> = {};
  const failed: Partial<Record<Program, string>> = {};
  const attempt = async <T>(program: Program, action: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await action();
    } catch (error) {
      runners[program]?.child.stop();
      delete runners[program];
      failed[program] = oneLine(error);
      return undefined;
    }
  };
  try {
    for (const program of PROGRAMS) {
      const reason = missing[program] ?? tooLarge(given);
      if (reason) failed[program] = reason;
      else await attempt(program, async () => void (runners[program] = await start(program, data)));
    }
    const running = () => Object.values(runners);
    const longest = Math.max(0, ...running().map(({ firstSeconds }) => firstSeconds));
    const least = longest > 3 * LONG_CALL_SECONDS ? 1 : longest > LONG_CALL_SECONDS ? 2 : MIN_REPEATS;
    for (let round = 0, spent = 0; round < budget.maxRepeats; round++) {
      if (round >= least && spent + spent / round > budget.seconds) break;
      for (const program of PROGRAMS) {
        const runner = runners[program];
        if (!runner) continue;
        const answer = await attempt(program, () => runner.child.run(TIMEOUT_SECONDS));
        if (!answer) continue;
        runner.seconds.push(answer.seconds);
        runner.cpuSeconds.push(answer.cpuSeconds);
        runner.peakBytes = answer.peakBytes;
        spent += answer.seconds;
      }
    }
    const results = Object.fromEntries(
      PROGRAMS.map((program) => [program, runners[program] ? summary(runners[program]) : failed[program]!]),
    ) as EngineRow['results'];
    return { case: given, results, difference: largestDifference(runners) };
  } finally {
    for (const runner of Object.values(runners)) runner.child.stop();
  }
}

interface Runner {
  readonly child: BenchChild;
  readonly note: string;
  readonly firstSeconds: number;
  readonly firstNumbers: readonly number[];
  readonly seconds: number[];
  readonly cpuSeconds: number[];
  peakBytes: number;
}

/** Starts a program and lets it compile and warm up. */
async function start(program: Program, data: CaseData): Promise<Runner> {
  const { threads } = data.case;
  const child =
    program === 'ours'
      ? new BenchChild(process.execPath, ['--disable-warning=ExperimentalWarning', OUR_WORKER], threads)
      : new BenchChild(
          PYTHON,
          ['-B', TORCH_WORKER, program === 'published' ? 'published' : 'same'],
          threads,
          program === 'tuned' ? { OPENBLAS_CORETYPE: TUNED_CORE } : {},
        );
  try {
    const note = await child.prepare(data, TIMEOUT_SECONDS);
    const first = await child.run(TIMEOUT_SECONDS);
    // The first call of ours compiles, so it says nothing of how long a call takes.
    const again = first.seconds < LONG_CALL_SECONDS ? await child.run(TIMEOUT_SECONDS) : first;
    const { seconds: firstSeconds, peakBytes } = again;
    return { child, note, firstSeconds, firstNumbers: first.numbers, seconds: [], cpuSeconds: [], peakBytes };
  } catch (error) {
    child.stop();
    throw error;
  }
}

function summary({ seconds, cpuSeconds, peakBytes, note }: Runner): Measured {
  return {
    seconds: median(seconds),
    cpuSeconds: median(cpuSeconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    repeats: seconds.length,
    peakBytes,
    note,
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function largestDifference({ ours, ...others }: Partial<Record<Program, Runner>>): number | null {
  const theirs = Object.values(others).map(({ firstNumbers }) => firstNumbers);
  if (!ours || theirs.length === 0) return null;
  const numbers = ours.firstNumbers;
  const largest = Math.max(...theirs.flatMap((other) => numbers.map((x, i) => Math.abs(x - other[i]))));
  return largest / Math.max(...numbers.map(Math.abs));
}

/** Why a program is not started: the memory that Base needs is not there. */
function tooLarge({ preset, kind, length }: BenchCase): string | undefined {
  if (preset !== 'base') return undefined;
  const needed = kind === 'forward' ? 3 * GIB : length > 1024 ? 8 * GIB : 6 * GIB;
  const free = os.freemem();
  const gib = (bytes: number) => (bytes / GIB).toFixed(0);
  return free < needed ? `not run: it needs about ${gib(needed)} GiB, ${gib(free)} are free` : undefined;
}

function oneLine(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  return text.length > MAX_REASON ? `${text.slice(0, MAX_REASON)} …` : text;
}
