/** What each correction for depth does to the order of genes and to how well it repeats itself. */
import { HALF_DETECTIONS, witnessPoints } from '#ranking/witnesses.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';
import { splitHalfStability } from '#singlecell/statistics/split-half.ts';
import { CANDIDATES } from '../screen/composites.ts';
import { goalKey, mean, summarise, type Summary } from '../screen/measure.ts';
import type { StudyTask } from '../screen/read-project.ts';
import { pointsOf } from '../screen/scores.ts';
import { AS_IT_IS, type Correction } from './corrections.ts';
import { following } from './follows.ts';
import { type DepthMatrix, rowMeans } from './matrix.ts';
import type { DepthTask, LookedAt } from './read-depth.ts';

export interface Corrected {
  task: StudyTask;
  matrix: DepthMatrix;
  /** Mean over start cells. */
  effect: Float64Array;
  splitHalf: number;
}

export interface CorrectionResult {
  correction: Correction;
  /** Share of the tested genes that follow counts, by data set; null where a cell has no corrected effect. */
  following: Map<string, number> | null;
  /** Spearman with the order as it is, mean over fates. */
  likeBefore: number;
  splitHalf: number;
  /** Spearman between seeds of model and screen, mean over pairs and fates. */
  seeds: number;
  model: Summary;
  shrunk: Summary;
  composite: Summary;
}

export function correct({ task, matrices, reads }: DepthTask, operator: LookedAt, by: Correction) {
  const matrix = by.of(matrices[operator]!, reads);
  const { effects, nCells } = matrix;
  const shape = { nGenes: task.symbols.length, nReplicates: nCells };
  const splitHalf = splitHalfStability(effects, shape, task.seed) ?? 0;
  return { task, matrix, effect: rowMeans(effects, nCells), splitHalf };
}

export function measureCorrection(
  tasks: readonly DepthTask[],
  operator: LookedAt,
  correction: Correction,
): CorrectionResult {
  const corrected = new Map<StudyTask, Corrected>(tasks.map((one) => [one.task, correct(one, operator, correction)]));
  const own = (task: StudyTask) => corrected.get(task)!;
  const plain = tasks.map(({ task }) => task);
  return {
    correction,
    following: correction.isPerCell
      ? meanByCase(tasks, (one) => {
          const { n, tested } = following(own(one.task).matrix, one.reads.counts);
          return n / tested;
        })
      : null,
    likeBefore: meanOverCases(
      tasks,
      (one) => spearman(own(one.task).effect, correct(one, operator, AS_IT_IS).effect) ?? 0,
    ),
    splitHalf: meanOverCases(tasks, ({ task }) => own(task).splitHalf),
    seeds: seedStability(plain, (task) => own(task).effect),
    model: summarise(plain, (task) => own(task).effect),
    shrunk: summarise(plain, (task) => shrunk(own(task))),
    composite: summarise(plain, (task) => composite(own(task))),
  };
}

/** As `witnessesOf` takes the model into the composite. */
export function shrunk({ task: { detections }, effect }: Pick<Corrected, 'task' | 'effect'>): Float64Array {
  return effect.map((value, gene) => (value * detections[gene]) / (detections[gene] + HALF_DETECTIONS));
}

export function composite(corrected: Corrected): Float64Array {
  const points = witnessPoints(shrunk(corrected));
  const middle = mean([...points]);
  const reliability = Math.max(0, Math.min(1, corrected.splitHalf));
  const sum = points.map((value) => middle + reliability * (value - middle));
  for (const witness of CANDIDATES)
    if (typeof witness === 'string') pointsOf(corrected.task, witness)?.forEach((value, gene) => (sum[gene] += value));
  return sum;
}

/** Mean over fates and seeds of a data set. */
export function meanByCase<T extends { task: StudyTask }>(tasks: readonly T[], of: (task: T) => number) {
  const names = [...new Set(tasks.map(({ task }) => task.case))];
  return new Map(names.map((name) => [name, mean(tasks.filter(({ task }) => task.case === name).map(of))]));
}

function meanOverCases(tasks: readonly DepthTask[], of: (task: DepthTask) => number): number {
  return mean([...meanByCase(tasks, of).values()]);
}

/** Every data set with two seeds or more has the same say. */
function seedStability(tasks: readonly StudyTask[], effectOf: (task: StudyTask) => Float64Array): number {
  const byCase = new Map<string, number[]>();
  for (const key of new Set(tasks.map(goalKey))) {
    const own = tasks.filter((task) => goalKey(task) === key);
    own.forEach((first, i) =>
      own.slice(i + 1).forEach((second) => {
        const found = byCase.get(first.case) ?? [];
        byCase.set(first.case, [...found, spearman(...alike(first, second)) ?? 0]);
      }),
    );
  }
  return mean([...byCase.values()].map(mean));

  /** Effects of the genes both rank. */
  function alike(first: StudyTask, second: StudyTask): [number[], number[]] {
    const place = new Map(second.tokenIds.map((token, gene) => [token, gene]));
    const both = first.tokenIds.map((_, gene) => gene).filter((gene) => place.has(first.tokenIds[gene]));
    const [a, b] = [effectOf(first), effectOf(second)];
    return [both.map((gene) => a[gene]), both.map((gene) => b[place.get(first.tokenIds[gene])!])];
  }
}
