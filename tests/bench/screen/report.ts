import type { AdaptiveStage, StageAgreement } from '#screen/types.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';
import { type ScreenCase, type ScreenTask, TASKS } from './bench-case.ts';
import { GIB, machineLine } from '../suite.ts';

/** What a screen took. */
export interface ScreenTiming {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly stages: readonly { readonly stage: string; readonly seconds: number; readonly cpuSeconds: number }[];
  /** Perturbed cells that were read, or would be where the time is scaled. */
  readonly nPasses: number;
  /** Genes that were computed exactly, and passes that were timed, where not all were. */
  readonly scaledFrom: { readonly genes: number; readonly passes: number } | null;
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

export const PUBLISHED = ['engine', 'pytorch'] as const;
export type PublishedProgram = (typeof PUBLISHED)[number];

/** One model. */
export interface ScreenRow {
  readonly case: ScreenCase;
  readonly device: string;
  readonly trainingSeconds: number;
  /** Medians of the repeats, or why there is no number. */
  readonly screens: Readonly<Partial<Record<ScreenTask, ScreenTiming | string>>>;
  readonly published: Readonly<Record<PublishedProgram, PublishedTiming | string>>;
}

export interface ScreenReport {
  readonly loadBefore: number;
  readonly threads: number;
  readonly torch: string | null;
  readonly rows: readonly ScreenRow[];
}

const TOP = 50;
/** Where only a sample of genes is known exactly. */
const SAMPLE_TOP = 10;

/** Perturbed cells the question of a task asks for: those of its exact screen, whatever was really read. */
export function askedPasses(row: ScreenRow, task: ScreenTask = 'exact'): number | null {
  return timingOf(row, TASKS[task].truth)?.nPasses ?? null;
}

function timingOf({ screens }: ScreenRow, task: ScreenTask): ScreenTiming | null {
  const timing = screens[task];
  return timing === undefined || typeof timing === 'string' ? null : timing;
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
  'exact-over': 'exact, over-express',
  'exact-rank': 'exact, to-rank',
  'two-stage': 'two stages, mask',
  adaptive: 'adaptive stages, mask',
  'adaptive-remove': 'adaptive stages, remove',
  'two-stage-over': 'two stages, over-express',
  'adaptive-over': 'adaptive stages, over-express',
  'adaptive-rank': 'adaptive stages, to-rank',
  engine: 'published, same engine',
  pytorch: 'published, PyTorch',
};

/** The lines of one model, one for each procedure. */
export function linesOf(row: ScreenRow): string[][] {
  const { published } = row;
  const model = nameOf(row);
  const times = (program: PublishedProgram, asked: number | null, seconds: number, cpuSeconds: number) => {
    const timing = published[program];
    if (typeof timing === 'string' || asked === null) return '–';
    const by = (theirs: number, ours: number) => factor((theirs * asked) / ours);
    return `${by(timing.secondsPerPass, seconds)} (${by(timing.cpuSecondsPerPass, cpuSeconds)})`;
  };
  const rate = (asked: number | null, seconds: number) =>
    asked === null ? '–' : Math.round((3600 * asked) / seconds).toLocaleString('en');
  const lines = row.case.tasks.map((task): string[] => {
    const timing = row.screens[task] ?? 'not run';
    if (typeof timing === 'string') return [model, NAMES[task], timing, ...COLUMNS.slice(3).map(() => '–')];
    const truth = timingOf(row, TASKS[task].truth);
    const compared = TASKS[task].truth === task ? null : truth;
    const asked = askedPasses(row, task);
    return [
      model,
      timing.scaledFrom ? `${NAMES[task]}, scaled from ${timing.scaledFrom.passes} passes` : NAMES[task],
      timing.nPasses.toLocaleString('en'),
      `${timing.seconds.toFixed(1)} (${timing.cpuSeconds.toFixed(1)})`,
      rate(asked, timing.seconds),
      times('pytorch', asked, timing.seconds, timing.cpuSeconds),
      times('engine', asked, timing.seconds, timing.cpuSeconds),
      compared && !compared.scaledFrom ? recallOfTop(compared, timing).toFixed(2) : '–',
      compared ? `${agreementOfAll(compared, timing).toFixed(3)}${compared.scaledFrom ? ' of the sample' : ''}` : '–',
      (timing.peakBytes / GIB).toFixed(2),
    ];
  });
  const theirs = PUBLISHED.map((program): string[] => {
    const timing = published[program];
    if (typeof timing === 'string') return [model, NAMES[program], timing, ...COLUMNS.slice(3).map(() => '–')];
    const asked = askedPasses(row);
    const all = asked ?? 0;
    const [seconds, cpuSeconds] = [timing.secondsPerPass * all, timing.cpuSecondsPerPass * all];
    return [
      model,
      `${NAMES[program]}, scaled from ${timing.nPasses} passes`,
      all.toLocaleString('en'),
      `${seconds.toFixed(0)} (${cpuSeconds.toFixed(0)})`,
      rate(asked, seconds),
      times('pytorch', asked, seconds, cpuSeconds),
      times('engine', asked, seconds, cpuSeconds),
      '–',
      '–',
      (timing.peakBytes / GIB).toFixed(2),
    ];
  });
  return [...lines, ...theirs];
}

/** Only the genes that were computed exactly. */
function withinSample(timing: ScreenTiming, exact: ScreenTiming): ScreenTiming {
  const means = timing.means.map((goal, g) => goal.map((mean, row) => (exact.means[g][row] === null ? null : mean)));
  return { ...timing, means };
}

/** A row as `--only` and the table name it. */
export function nameOf({ case: { preset, nCells }, device }: Pick<ScreenRow, 'case' | 'device'>): string {
  return `${preset}, ${nCells} cells${device === 'cpu' ? '' : `, ${device}`}`;
}

/** What a row is about, and where the time of two stages goes. */
export function rowFacts(row: ScreenRow): string[] {
  const exact = timingOf(row, 'exact');
  const facts: string[] = [];
  const { trainingSteps, finetuningEpochs } = row.case;
  const name = nameOf(row);
  const teaching = finetuningEpochs > 0 ? `, ${finetuningEpochs} epochs of fine-tuning` : '';
  const trained = `trained here: ${trainingSteps} steps of pretraining${teaching} (${row.trainingSeconds.toFixed(0)} s)`;
  if (exact) {
    const sorted = [...exact.lengths].sort((a, b) => a - b);
    facts.push(
      `${name}: ${exact.nGenes.toLocaleString('en')} genes, ${exact.nTold.toLocaleString('en')} of them in enough of ${exact.nCells} start cells of ${sorted[0]} to ${sorted.at(-1)} genes (median ${sorted[sorted.length >> 1]}), ${exact.goals.length} goals; ${trained}`,
    );
    for (const task of ['exact-over', 'exact-rank'] as const) {
      const over = timingOf(row, task);
      if (!over) continue;
      facts.push(
        `${name}, ${TASKS[task].operator}: ${over.nGenes.toLocaleString('en')} transcription factors and null genes, in cells that lack them too; ${over.nPasses.toLocaleString('en')} passes change a cell`,
      );
    }
    if (exact.scaledFrom)
      facts.push(
        `${name}: ${exact.scaledFrom.genes} random genes were computed exactly in all start cells; of the ${SAMPLE_TOP} of largest exact effect among them, the other screens have on average the share ${row.case.tasks
          .flatMap((task) => {
            const timing = task === 'exact' || TASKS[task].truth !== 'exact' ? null : timingOf(row, task);
            return timing
              ? [`${recallOfTop(exact, withinSample(timing, exact), SAMPLE_TOP).toFixed(2)} (${NAMES[task]})`]
              : [];
          })
          .join(', ')}`,
      );
  }
  for (const task of row.case.tasks) {
    const timing = timingOf(row, task);
    if (!timing || TASKS[task].truth === task) continue;
    const parts = timing.stages.map(({ stage, cpuSeconds }) => `${stage} ${cpuSeconds.toFixed(1)} s`).join(', ');
    const settled = timing.adaptive.flatMap(({ rounds, goals }) =>
      goals.map(({ goal, nSettled, nTop }) => `; ${goal}: ${nSettled} of ${nTop} settled after ${rounds} rounds`),
    );
    facts.push(`${name}, ${NAMES[task]}, processor time: ${parts}${settled.join('')}`);
    if (timing.fellBack.length > 0)
      facts.push(`${name}, ${NAMES[task]}: the stages did not agree, every gene was computed exactly`);
  }
  const { engine, pytorch } = row.published;
  if (typeof engine !== 'string' && typeof pytorch !== 'string') {
    const largest = Math.max(...engine.firstCls.map(Math.abs));
    const difference = Math.max(...engine.firstCls.map((x, i) => Math.abs(x - pytorch.firstCls[i]))) / largest;
    facts.push(
      `${name}, published procedure: ${engine.length} positions a pass; ${engine.batchSize} (engine) and ${pytorch.batchSize} (PyTorch) cells at a time were faster; both give the same CLS vector to ${difference.toExponential(0)}`,
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
