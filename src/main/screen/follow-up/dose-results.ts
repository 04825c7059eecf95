import type { DoseSeries } from '#shared/domain/follow-up.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { monotoneTrend } from '#singlecell/statistics/monotone-trend.ts';
import { type Estimates, FEWEST_CELLS, FEWEST_REPLICATES, isTold } from './estimates.ts';
import { ACTS, NO_MEANING, type FollowUpPlan, type SeriesPlan } from './types.ts';

const SIGNIFICANT = 0.05;
/** A curve that a monotone fit explains less of goes up and down. */
const MONOTONE = 0.9;
/** Share of the largest fitted effect at which a response counts as saturated. */
const SATURATED = 0.9;

/** Every dose series towards every goal; false discovery rates over the series of a goal. */
export async function doseResults(
  plan: FollowUpPlan,
  estimates: Estimates,
  options: { seed: number; onSeries: (done: number, total: number) => Promise<void> },
): Promise<{ told: DoseSeries[]; notTold: { kind: string; genes: string[]; reason: string }[] }> {
  const results: DoseSeries[] = [];
  const reasons = plan.series.map((series) => whyNot(series, estimates));
  let done = 0;
  const total = plan.series.length * estimates.goals.length;
  for (const [goal] of estimates.goals.entries()) {
    const ofGoal: DoseSeries[] = [];
    for (const [i, series] of plan.series.entries()) {
      const result = reasons[i] === null ? oneSeries(plan, estimates, series, goal, options.seed) : null;
      if (result) ofGoal.push(result);
      await options.onSeries(++done, total);
    }
    const fdr = benjaminiHochberg(ofGoal.map(({ pValue }) => pValue ?? NaN));
    results.push(...ofGoal.map((one, i) => withWords(one, fdr[i])));
  }
  const notTold = plan.series.flatMap(({ gene, kind }, i) => {
    const reason = reasons[i];
    return reason === null ? [] : [{ kind, genes: [plan.genes[gene].symbol], reason }];
  });
  return { told: results, notTold };
}

/** Start cells in which every dose of a series has a meaning: the same at every dose, so that doses differ by nothing else. */
function meantCells({ points }: SeriesPlan, estimates: Estimates): number[] {
  return Array.from({ length: estimates.nCells }, (_, cell) => cell).filter((cell) =>
    points.every(({ condition }) => estimates.act(condition, cell) !== NO_MEANING),
  );
}

function whyNot(series: SeriesPlan, estimates: Estimates): string | null {
  if (series.points.length < 2) return 'all cells that express it have the same level';
  const n = meantCells(series, estimates).length;
  return n < FEWEST_CELLS ? `start cells that express it: ${n}, needed: ${FEWEST_CELLS}` : null;
}

function oneSeries(
  plan: FollowUpPlan,
  estimates: Estimates,
  series: SeriesPlan,
  goal: number,
  seed: number,
): DoseSeries | null {
  const { gene, kind, points, masked } = series;
  const cells = meantCells(series, estimates);
  const perDose = points.map(({ condition }) => {
    const perCell = estimates.perCell(condition, goal);
    return estimates.perReplicate(onlyCells(perCell, cells));
  });
  const estimated = perDose.map((values) => estimates.estimate(values));
  if (estimated.some((one) => one === null)) return null;
  const told = Array.from({ length: estimates.nReplicates }, (_, r) => r).filter((r) => !Number.isNaN(perDose[0][r]));
  const trend = monotoneTrend(
    told.map((r) => perDose.map((values) => values[r])),
    { nPermutations: plan.config.nPermutations, seed },
  );
  const maskedEffect =
    masked === null
      ? null
      : estimates.estimate(estimates.perReplicate(onlyCells(estimates.perCell(masked, goal), cells)));
  return {
    gene: plan.genes[gene].symbol,
    kind,
    goal: estimates.goals[goal],
    nCells: cells.filter((cell) => points.some(({ condition }) => estimates.act(condition, cell) === ACTS)).length,
    points: points.map(({ at, value }, i) => ({ at, value, effect: estimated[i]!, fitted: trend.fitted[i] })),
    direction: trend.direction,
    explained: trend.explained,
    pValue: told.length < FEWEST_REPLICATES ? null : trend.pValue,
    fdr: null,
    word: 'no-trend',
    saturation: 'not-told',
    saturatedAt: null,
    masked: maskedEffect,
  };
}

function withWords(series: DoseSeries, fdr: number): DoseSeries {
  const isTrend = fdr <= SIGNIFICANT;
  const word = !isTrend ? 'no-trend' : series.explained! >= MONOTONE ? 'monotone' : 'uneven';
  return { ...series, fdr: Number.isNaN(fdr) ? null : fdr, word, ...(word === 'monotone' ? saturationOf(series) : {}) };
}

/** Where the fitted effect stops growing; told only of a response that grows away from 0. */
function saturationOf({ points }: DoseSeries): Pick<DoseSeries, 'saturation' | 'saturatedAt'> {
  const end = points.at(-1)!;
  const grows = isTold(end.effect) && Math.abs(end.fitted) > Math.abs(points[0].fitted);
  if (!grows || Math.sign(end.fitted) !== Math.sign(end.effect.mean))
    return { saturation: 'not-told', saturatedAt: null };
  const reached = points.findIndex(({ fitted }) => fitted / end.fitted >= SATURATED);
  // The last dose alone says nothing of what a higher one would do.
  return reached < points.length - 1
    ? { saturation: 'saturated', saturatedAt: points[reached].at }
    : { saturation: 'still-growing', saturatedAt: null };
}

function onlyCells(perCell: Float64Array, cells: readonly number[]): Float64Array {
  const kept = new Float64Array(perCell.length).fill(NaN);
  for (const cell of cells) kept[cell] = perCell[cell];
  return kept;
}
