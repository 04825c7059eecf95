import type { AdaptiveStage, StageAgreement } from '#screen/types.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';
import type { ScreenCase } from './bench-case.ts';
import { GIB, machineLine } from '../suite.ts';

/** What a screen took. */
export interface ScreenTiming {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly stages: readonly { readonly stage: string; readonly seconds: number; readonly cpuSeconds: number }[];
  /** Perturbed cells that were read. */
  readonly nPasses: number;
  readonly nGenes: number;
  /** Genes that enough start cells express. */
  readonly nTold: number;
  readonly nCells: number;
  /** Genes of each start cell that the model reads. */
  readonly lengths: readonly number[];
  readonly agreement: readonly StageAgreement[] | null;
  readonly fellBack: readonly string[];
  readonly adaptive: readonly { readonly rounds: number; readonly goals: AdaptiveStage['goals'] }[];
  readonly isCandidate: readonly boolean[];
  readonly goals: readonly string[];
  /** Mean effect by goal and gene; null where too few cells tell of it. */
  readonly means: readonly (readonly (number | null)[])[];
  readonly peakBytes: number;
}

/** What a pass of the published procedure took. */
export interface PublishedTiming {
  readonly batchSize: number;
  readonly secondsPerPass: number;
  readonly cpuSecondsPerPass: number;
  readonly nPasses: number;
  readonly length: number;
  readonly firstCls: readonly number[];
  readonly peakBytes: number;
}

export const SCREENS = ['exact', 'exact-remove', 'two-stage', 'adaptive'] as const;
export type ScreenTask = (typeof SCREENS)[number];
export const PUBLISHED = ['engine', 'pytorch'] as const;
export type PublishedProgram = (typeof PUBLISHED)[number];

/** One model. */
export interface ScreenRow {
  readonly case: ScreenCase;
  readonly device: string;
  readonly trainingSeconds: number;
  /** Medians of the repeats, or why there is no number. */
  readonly screens: Readonly<Record<ScreenTask, ScreenTiming | string>>;
  readonly published: Readonly<Record<PublishedProgram, PublishedTiming | string>>;
}

export interface ScreenReport {
  readonly loadBefore: number;
  readonly threads: number;
  readonly torch: string | null;
  readonly rows: readonly ScreenRow[];
}

const TOP = 50;

/** Perturbed cells the question asks for: those of the exact screen, whatever was really read. */
export function askedPasses(row: ScreenRow): number | null {
  const { exact } = row.screens;
  return typeof exact === 'string' ? null : exact.nPasses;
}

/** Share of the exact top 50 candidates, by size of the effect, that another screen has in its own; mean over goals. */
export function recallOfTop(exact: ScreenTiming, other: ScreenTiming, top = TOP): number {
  const leading = (timing: ScreenTiming, goal: number) =>
    timing.means[goal]
      .map((mean, row) => ({ row, size: mean === null || !timing.isCandidate[row] ? -1 : Math.abs(mean) }))
      .filter(({ size }) => size >= 0)
      .sort((a, b) => b.size - a.size || a.row - b.row)
      .slice(0, top)
      .map(({ row }) => row);
  const shares = exact.goals.map((_, goal) => {
    const truth = leading(exact, goal);
    const found = new Set(leading(other, goal));
    return truth.filter((row) => found.has(row)).length / truth.length;
  });
  return shares.reduce((a, b) => a + b, 0) / shares.length;
}

/** Rank correlation of the mean effects of all genes; the smallest over goals. */
export function agreementOfAll(exact: ScreenTiming, other: ScreenTiming): number {
  return Math.min(
    ...exact.goals.map((_, goal) => {
      const rows = exact.means[goal].flatMap((mean, row) =>
        mean === null || other.means[goal][row] === null ? [] : [row],
      );
      return (
        spearman(
          rows.map((row) => exact.means[goal][row]!),
          rows.map((row) => other.means[goal][row]!),
        ) ?? NaN
      );
    }),
  );
}

export const COLUMNS = [
  'model',
  'procedure',
  'passes',
  'seconds (CPU)',
  'genes × cells / hour',
  '× published, PyTorch (CPU)',
  '× published, same engine (CPU)',
  'recall of top 50',
  'Spearman',
  'peak, GiB',
];

const NAMES: Record<ScreenTask | PublishedProgram, string> = {
  exact: 'exact, mask',
  'exact-remove': 'exact, remove',
  'two-stage': 'two stages, mask',
  adaptive: 'adaptive stages, mask',
  engine: 'published, same engine',
  pytorch: 'published, PyTorch',
};

/** The lines of one model, one for each procedure. */
export function linesOf(row: ScreenRow): string[][] {
  const { screens, published } = row;
  const asked = askedPasses(row);
  const model = row.device === 'cpu' ? row.case.preset : `${row.case.preset}, ${row.device}`;
  const times = (program: PublishedProgram, seconds: number, cpuSeconds: number) => {
    const timing = published[program];
    if (typeof timing === 'string' || asked === null) return '–';
    const by = (theirs: number, ours: number) => factor((theirs * asked) / ours);
    return `${by(timing.secondsPerPass, seconds)} (${by(timing.cpuSecondsPerPass, cpuSeconds)})`;
  };
  const rate = (seconds: number) => (asked === null ? '–' : Math.round((3600 * asked) / seconds).toLocaleString('en'));
  const lines = SCREENS.map((task): string[] => {
    const timing = screens[task];
    if (typeof timing === 'string') return [model, NAMES[task], timing, ...COLUMNS.slice(3).map(() => '–')];
    const { exact } = screens;
    const compared = task === 'exact' || task === 'exact-remove' || typeof exact === 'string' ? null : exact;
    return [
      model,
      NAMES[task],
      timing.nPasses.toLocaleString('en'),
      `${timing.seconds.toFixed(1)} (${timing.cpuSeconds.toFixed(1)})`,
      rate(timing.seconds),
      times('pytorch', timing.seconds, timing.cpuSeconds),
      times('engine', timing.seconds, timing.cpuSeconds),
      compared ? recallOfTop(compared, timing).toFixed(2) : '–',
      compared ? agreementOfAll(compared, timing).toFixed(3) : '–',
      (timing.peakBytes / GIB).toFixed(2),
    ];
  });
  const theirs = PUBLISHED.map((program): string[] => {
    const timing = published[program];
    if (typeof timing === 'string') return [model, NAMES[program], timing, ...COLUMNS.slice(3).map(() => '–')];
    const all = asked ?? 0;
    const [seconds, cpuSeconds] = [timing.secondsPerPass * all, timing.cpuSecondsPerPass * all];
    return [
      model,
      `${NAMES[program]}, scaled from ${timing.nPasses} passes`,
      all.toLocaleString('en'),
      `${seconds.toFixed(0)} (${cpuSeconds.toFixed(0)})`,
      rate(seconds),
      times('pytorch', seconds, cpuSeconds),
      times('engine', seconds, cpuSeconds),
      '–',
      '–',
      (timing.peakBytes / GIB).toFixed(2),
    ];
  });
  return [...lines, ...theirs];
}

/** What a row is about, and where the time of two stages goes. */
export function rowFacts(row: ScreenRow): string[] {
  const { exact } = row.screens;
  const facts: string[] = [];
  const { preset, trainingSteps, finetuningEpochs } = row.case;
  const teaching = finetuningEpochs > 0 ? `, ${finetuningEpochs} epochs of fine-tuning` : '';
  const trained = `trained here: ${trainingSteps} steps of pretraining${teaching} (${row.trainingSeconds.toFixed(0)} s)`;
  if (typeof exact !== 'string') {
    const sorted = [...exact.lengths].sort((a, b) => a - b);
    facts.push(
      `${preset}: ${exact.nGenes.toLocaleString('en')} genes, ${exact.nTold.toLocaleString('en')} of them in enough of ${exact.nCells} start cells of ${sorted[0]} to ${sorted.at(-1)} genes (median ${sorted[sorted.length >> 1]}), ${exact.goals.length} goals; ${trained}`,
    );
  }
  for (const task of ['two-stage', 'adaptive'] as const) {
    const timing = row.screens[task];
    if (typeof timing === 'string') continue;
    const parts = timing.stages.map(({ stage, cpuSeconds }) => `${stage} ${cpuSeconds.toFixed(1)} s`).join(', ');
    const settled = timing.adaptive.flatMap(({ rounds, goals }) =>
      goals.map(({ goal, nSettled, nTop }) => `; ${goal}: ${nSettled} of ${nTop} settled after ${rounds} rounds`),
    );
    facts.push(`${preset}, ${NAMES[task]}, processor time: ${parts}${settled.join('')}`);
    if (timing.fellBack.length > 0) facts.push(`${preset}: the stages did not agree, every gene was computed exactly`);
  }
  const { engine, pytorch } = row.published;
  if (typeof engine !== 'string' && typeof pytorch !== 'string') {
    const largest = Math.max(...engine.firstCls.map(Math.abs));
    const difference = Math.max(...engine.firstCls.map((x, i) => Math.abs(x - pytorch.firstCls[i]))) / largest;
    facts.push(
      `${preset}, published procedure: ${engine.length} positions a pass; ${engine.batchSize} (engine) and ${pytorch.batchSize} (PyTorch) cells at a time were faster; both give the same CLS vector to ${difference.toExponential(0)}`,
    );
  }
  return facts;
}

/** Machine and versions, one fact a line. */
export function machineLines(report: ScreenReport): string[] {
  const { torch, threads } = report;
  return [
    machineLine(report),
    `Ours: Node ${process.version}, ${threads} threads; PyTorch: ${torch ?? 'absent, its rows were skipped'}`,
  ];
}

function factor(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
