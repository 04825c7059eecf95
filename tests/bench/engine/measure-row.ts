import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '#tests/support/python.ts';
import { type BenchCase, type CaseData, caseData } from './bench-case.ts';
import { BenchChild } from './child.ts';
import { productFlops } from './product-flops.ts';
import { TORCH_WORKER } from './torch-about.ts';

/**
 * `published`: PyTorch computes what the published code computes. `same`: what this product computes. `tuned`: the same,
 * with memory that is kept, and with AVX-512 kernels where an OpenBLAS older than the processor does not choose them by itself.
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
  /** Of the matrix products in one call of ours. */
  readonly flops: number;
}

export interface Budget {
  /** Seconds of timed calls for the whole row, all programs together. */
  readonly seconds: number;
  readonly maxRepeats: number;
}

const MIN_REPEATS = 3;
/** A call this long is repeated at least twice, one of three times the length once. */
const LONG_CALL_SECONDS = 5;
/**
 * Calls that are not timed: as many as fit into the seconds, between these bounds; one where a call takes very long.
 *
 * Note: the first steps of Base fetch some 5 GB of memory page by page and take up to ten times as long as later ones.
 */
const WARM_UP = { seconds: 15, leastCalls: 3, mostCalls: 5, longSeconds: 30 };
const TIMEOUT_SECONDS = 300;
const GIB = 2 ** 30;
const MAX_REASON = 160;

const OUR_WORKER = fileURLToPath(new URL('our-worker.ts', import.meta.url));

/**
 * Times one row: every program in its own process, warmed up, then in turn; one after another where memory asks for it.
 * `missing`: why a program is not asked; `tuned`: the environment of the program of that name.
 */
export async function measureRow(
  given: BenchCase,
  budget: Budget,
  missing: Readonly<Partial<Record<Program, string>>>,
  tuned: Readonly<Record<string, string>> = {},
): Promise<EngineRow> {
  const data = caseData(given);
  const outcomes: Partial<Record<Program, Runner | string>> = { ...missing };
  const asked = PROGRAMS.filter((program) => !(program in missing));
  const alone = given.preset === 'base' && given.kind === 'train';
  for (const group of alone ? asked.map((program) => [program]) : [asked]) {
    const share = { ...budget, seconds: (budget.seconds * group.length) / PROGRAMS.length };
    Object.assign(outcomes, await timeInTurn(group, data, share, tuned));
  }
  const results = Object.fromEntries(
    Object.entries(outcomes).map(([program, outcome]) => [
      program,
      typeof outcome === 'string' ? outcome : summary(outcome),
    ]),
  ) as EngineRow['results'];
  return { case: given, results, difference: largestDifference(outcomes), flops: productFlops(data.config, given) };
}

/** Starts the programs, lets them take turns until the time is used, and stops them. */
async function timeInTurn(
  group: readonly Program[],
  data: CaseData,
  { seconds, maxRepeats }: Budget,
  tuned: Readonly<Record<string, string>>,
): Promise<Partial<Record<Program, Runner | string>>> {
  const runners = new Map<Program, Runner>();
  const outcomes: Partial<Record<Program, Runner | string>> = {};
  const attempt = async (program: Program, action: () => Promise<void>) => {
    try {
      await action();
    } catch (error) {
      runners.get(program)?.child.stop();
      runners.delete(program);
      outcomes[program] = oneLine(error);
    }
  };
  try {
    for (const program of group) {
      const reason = tooLarge(data.case);
      if (reason) outcomes[program] = reason;
      else
        await attempt(
          program,
          async () => void runners.set(program, await start(program, data, program === 'tuned' ? tuned : {})),
        );
    }
    const longest = Math.max(0, ...[...runners.values()].map(({ warmSeconds }) => warmSeconds));
    const least = longest > 3 * LONG_CALL_SECONDS ? 1 : longest > LONG_CALL_SECONDS ? 2 : MIN_REPEATS;
    for (let round = 0, spent = 0; round < maxRepeats; round++) {
      if (round >= least && spent + spent / round > seconds) break;
      for (const [program, runner] of [...runners]) {
        await attempt(program, async () => {
          const answer = await runner.child.run(TIMEOUT_SECONDS);
          runner.seconds.push(answer.seconds);
          runner.cpuSeconds.push(answer.cpuSeconds);
          runner.peakBytes = answer.peakBytes;
          spent += answer.seconds;
        });
      }
    }
    return { ...outcomes, ...Object.fromEntries(runners) };
  } finally {
    for (const { child } of runners.values()) child.stop();
  }
}

interface Runner {
  readonly child: BenchChild;
  readonly note: string;
  /** Of the last call that was not timed. */
  readonly warmSeconds: number;
  readonly firstNumbers: readonly number[];
  readonly seconds: number[];
  readonly cpuSeconds: number[];
  peakBytes: number;
}

/** Starts a program and lets it compile and warm up. */
async function start(program: Program, data: CaseData, settings: Record<string, string>): Promise<Runner> {
  const { threads } = data.case;
  const child =
    program === 'ours'
      ? new BenchChild(process.execPath, ['--disable-warning=ExperimentalWarning', OUR_WORKER], threads)
      : new BenchChild(PYTHON, ['-B', TORCH_WORKER, program === 'published' ? 'published' : 'same'], threads, settings);
  try {
    const note = await child.prepare(data, TIMEOUT_SECONDS);
    const first = await child.run(TIMEOUT_SECONDS);
    let last = first;
    let spent = first.seconds;
    for (let calls = 1; calls < WARM_UP.mostCalls; calls++) {
      const goesOn =
        calls < WARM_UP.leastCalls ? last.seconds < WARM_UP.longSeconds : spent + last.seconds < WARM_UP.seconds;
      if (!goesOn) break;
      last = await child.run(TIMEOUT_SECONDS);
      spent += last.seconds;
    }
    const { seconds: warmSeconds, peakBytes } = last;
    return { child, note, warmSeconds, firstNumbers: first.numbers, seconds: [], cpuSeconds: [], peakBytes };
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

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function largestDifference({ ours, ...others }: Partial<Record<Program, Runner | string>>): number | null {
  const theirs = Object.values(others).filter((outcome) => typeof outcome !== 'string');
  if (!ours || typeof ours === 'string' || theirs.length === 0) return null;
  const numbers = ours.firstNumbers;
  const largest = Math.max(...theirs.flatMap((other) => numbers.map((x, i) => Math.abs(x - other.firstNumbers[i]))));
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
