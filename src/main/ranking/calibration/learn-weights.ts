import type { ForecastScore, ReliabilityBin } from '#shared/domain/lab-results.ts';
import { RankingWeights } from '#shared/domain/witness.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { fitLogistic, type LogisticFit, probability } from './logistic.ts';
import { shareOf } from './shares.ts';

/** Fewer outcomes than this teach nothing about several weights. */
export const ENOUGH = { tested: 20, ofEach: 5 } as const;
const FOLDS = 5;
/** From nearly free to the old weights, whose length alone is fitted. */
const PENALTIES = [1, 3, 10, 30, 100, Infinity];
const BINS = 5;

export interface LearningInput {
  /** Points of each witness, one row a tested gene. */
  points: readonly Float64Array[];
  isHit: readonly boolean[];
  witnesses: readonly (keyof RankingWeights)[];
  before: RankingWeights;
  seed: number;
}

export interface Learned {
  weights: RankingWeights;
  scores: { base: ForecastScore; before: ForecastScore; after: ForecastScore };
  reliability: { before: ReliabilityBin[]; after: ReliabilityBin[] };
  isBetter: boolean;
  penalty: number;
}

/**
 * Weights that foretell the outcomes, drawn towards the old ones as strongly as cross-validation asks for.
 *
 * The forecasts that are scored come from folds that had no part in the fit, the strength of the penalty included
 * (nested cross-validation). Null where there are too few outcomes.
 */
export function learnWeights({ points, isHit, witnesses, before, seed }: LearningInput): Learned | null {
  const nHits = isHit.filter(Boolean).length;
  if (isHit.length < ENOUGH.tested || Math.min(nHits, isHit.length - nHits) < ENOUGH.ofEach) return null;
  const towards = Float64Array.from(witnesses, (name) => before[name]);
  const all = isHit.map((_, i) => i);
  const fit = (rows: readonly number[], penalty: number) =>
    fitLogistic({ rows: rows.map((i) => points[i]), isHit: rows.map((i) => isHit[i]), towards, penalty });
  const foldOf = folds(isHit, seed);
  const bestPenalty = (rows: readonly number[]) => {
    const inner = folds(
      rows.map((i) => isHit[i]),
      seed + 1,
    );
    const losses = PENALTIES.map((penalty) =>
      lossOf(
        heldOut(rows, inner, (train) => fit(train, penalty), points),
        rows,
        isHit,
      ),
    );
    // The strongest penalty within a hair of the best: what cannot be told apart stays as it was.
    const least = Math.min(...losses);
    return PENALTIES[losses.findLastIndex((loss) => loss <= least + 1e-4)];
  };
  const forecastBefore = heldOut(all, foldOf, (train) => fit(train, Infinity), points);
  const forecastAfter = heldOut(all, foldOf, (train) => fit(train, bestPenalty(train)), points);
  const base = heldOut(
    all,
    foldOf,
    (train) => {
      const share = train.filter((i) => isHit[i]).length / train.length;
      return { intercept: Math.log(share / (1 - share)), weights: new Float64Array(witnesses.length) };
    },
    points,
  );
  const scores = {
    base: scoreOf(base, isHit),
    before: scoreOf(forecastBefore, isHit),
    after: scoreOf(forecastAfter, isHit),
  };
  const penalty = bestPenalty(all);
  const weights = asWeights(fit(all, penalty).weights, witnesses, before);
  return {
    weights,
    scores,
    reliability: { before: binsOf(forecastBefore, isHit), after: binsOf(forecastAfter, isHit) },
    isBetter: isClearlyLess(forecastAfter, forecastBefore, isHit) && scores.after.logLoss < scores.base.logLoss,
    penalty,
  };
}

/** Hits and misses alike in every fold; the order of genes within a kind is drawn. */
function folds(isHit: readonly boolean[], seed: number): Int32Array {
  const fold = new Int32Array(isHit.length);
  let next = 0;
  for (const kind of [true, false]) {
    const rows = isHit.flatMap((hit, i) => (hit === kind ? [i] : []));
    const order = new CounterRandom(seed, `folds ${kind}`).permutation(rows.length);
    order.forEach((i) => (fold[rows[i]] = next++ % FOLDS));
  }
  return fold;
}

/** Probability of each row from a fit to the other folds. */
function heldOut(
  rows: readonly number[],
  foldOf: Int32Array,
  fit: (train: readonly number[]) => LogisticFit,
  points: readonly Float64Array[],
): number[] {
  const forecast = new Array<number>(rows.length).fill(0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = fit(rows.filter((_, i) => foldOf[i] !== fold));
    rows.forEach((row, i) => {
      if (foldOf[i] === fold) forecast[i] = probability(model, points[row]);
    });
  }
  return forecast;
}

function lossOf(forecast: readonly number[], rows: readonly number[], isHit: readonly boolean[]): number {
  return scoreOf(
    forecast,
    rows.map((i) => isHit[i]),
  ).logLoss;
}

/** By more than the standard error of the paired differences: a hair's breadth is no reason to change weights. */
function isClearlyLess(after: readonly number[], before: readonly number[], isHit: readonly boolean[]): boolean {
  const gains = after.map((p, i) => scoreOf([before[i]], [isHit[i]]).logLoss - scoreOf([p], [isHit[i]]).logLoss);
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  return mean > Math.sqrt(variance / gains.length);
}

function scoreOf(forecast: readonly number[], isHit: readonly boolean[]): ForecastScore {
  let [logLoss, brier] = [0, 0];
  forecast.forEach((p, i) => {
    const told = Math.min(1 - 1e-9, Math.max(1e-9, isHit[i] ? p : 1 - p));
    logLoss -= Math.log(told) / forecast.length;
    brier += (p - (isHit[i] ? 1 : 0)) ** 2 / forecast.length;
  });
  return { logLoss, brier };
}

/** Genes of like forecast, as many in each bin; ties by place. */
function binsOf(forecast: readonly number[], isHit: readonly boolean[]): ReliabilityBin[] {
  const order = forecast.map((_, i) => i).sort((a, b) => forecast[a] - forecast[b] || a - b);
  return Array.from({ length: BINS }, (_, bin) => {
    const rows = order.slice(Math.floor((bin * order.length) / BINS), Math.floor(((bin + 1) * order.length) / BINS));
    const hits = rows.filter((i) => isHit[i]).length;
    const share = shareOf(hits, rows.length)!;
    return {
      n: rows.length,
      predicted: rows.reduce((sum, i) => sum + forecast[i], 0) / rows.length,
      observed: hits / rows.length,
      low: share.low,
      high: share.high,
    };
  });
}

/** Scaled so that the heaviest is 1, two decimals; witnesses that were not asked keep none. */
function asWeights(
  fitted: Float64Array,
  witnesses: readonly (keyof RankingWeights)[],
  before: RankingWeights,
): RankingWeights {
  const most = Math.max(...fitted);
  if (!(most > 0)) return before;
  const none = Object.fromEntries(Object.keys(RankingWeights.shape).map((name) => [name, 0]));
  return RankingWeights.parse({
    ...none,
    ...Object.fromEntries(witnesses.map((name, k) => [name, Math.round((100 * fitted[k]) / most) / 100])),
  });
}
