import { WITNESSES } from '#shared/domain/witness.ts';
import { averageRanks } from '#singlecell/statistics/ranks.ts';
import type { ScreenEvidence } from './evidence.ts';
import type { MethodScores } from './method-scores.ts';

/** Detections at which half of a gene's model effect is believed. Source: docs/reference/screen-study.md. */
export const HALF_DETECTIONS = 10;

/**
 * Points of each gene: log2(n / rank) by descending score, equal scores sharing their mean rank; NaN gets the mean.
 *
 * Note: points know the order only, so no witness outweighs others by a long tail of values; and they rise towards the
 * top, where a ranking is read, so two witnesses that agree on a gene outweigh one that puts it a little higher.
 */
export function witnessPoints(scores: ArrayLike<number>): Float64Array {
  const told = Array.from({ length: scores.length }, (_, i) => i).filter((i) => Number.isFinite(scores[i]));
  const ranks = averageRanks(told.map((i) => -scores[i]));
  const points = new Float64Array(scores.length).fill(NaN);
  let sum = 0;
  told.forEach((gene, i) => {
    points[gene] = Math.log2(told.length / ranks[i]);
    sum += points[gene];
  });
  const mean = told.length > 0 ? sum / told.length : 0;
  return points.map((value) => (Number.isNaN(value) ? mean : value));
}

/**
 * Points of every witness there is, by gene of `evidence`.
 *
 * The model's effect is shrunk by detections / (detections + 10) before it is ranked, and its points are drawn to their
 * mean by what two halves of the start cells disagree: a model that does not repeat itself orders nothing.
 */
export function witnessesOf(scores: MethodScores, { genes, splitHalf }: ScreenEvidence): Record<string, number>[] {
  const columns: [string, Float64Array][] = [];
  for (const witness of WITNESSES) {
    const own = scores[witness];
    if (!own) continue;
    columns.push([witness, witness === 'model' ? modelPoints(own) : witnessPoints(own)]);
  }
  return genes.map((_, i) => Object.fromEntries(columns.map(([witness, points]) => [witness, points[i]])));

  function modelPoints(effects: Float64Array): Float64Array {
    const shrunk = effects.map((effect, i) => {
      const { detections } = genes[i].gene;
      return (effect * detections) / (detections + HALF_DETECTIONS);
    });
    const points = witnessPoints(shrunk);
    const mean = points.reduce((sum, value) => sum + value / points.length, 0);
    const reliability = Math.max(0, Math.min(1, splitHalf ?? 0));
    return points.map((value) => mean + reliability * (value - mean));
  }
}
