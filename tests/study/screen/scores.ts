/** Scores made of the witnesses of a study task. */
import type { RankingMethod } from '#shared/domain/ranking.ts';
import { witnessPoints } from '#ranking/witnesses.ts';
import type { ModelWitness, StudyTask } from './read-project.ts';

export type SimpleWitness = Exclude<RankingMethod, 'model' | 'combined' | 'random' | 'expression'>;

export interface ModelChoice {
  variant: ModelWitness['variant'];
  operator: ModelWitness['operator'];
  readOut: ModelWitness['readOut'];
  value: 'effect' | 'z';
  /** Part of the mean effect on other goals that is taken off. */
  universal: number;
  /** Detections at which half of an effect is believed; 0 believes all of it. */
  half: number;
  /** Whether points are drawn to their mean by what two halves of the cells disagree. */
  reliable: boolean;
}

export const STANDARD: ModelChoice = {
  variant: 'standard',
  operator: 'over-express',
  readOut: 'embedding-shift',
  value: 'effect',
  universal: 0,
  half: 0,
  reliable: false,
};

/** What the model says of every gene; null where the variant was not run. */
export function modelScores(task: StudyTask, choice: ModelChoice): Float64Array | null {
  const found = witnessOf(task, choice);
  if (!found || (choice.universal > 0 && !found.universal)) return null;
  return Float64Array.from(found[choice.value], (raw, gene) => {
    const value = raw ?? NaN;
    const { [gene]: detections } = task.detections;
    const own = value - choice.universal * (found.universal?.[gene] ?? 0);
    return (own * detections) / (detections + choice.half);
  });
}

export function simpleScores(task: StudyTask, method: RankingMethod): Float64Array | null {
  const values = task.simple[method];
  return values ? Float64Array.from(values, (value) => value ?? NaN) : null;
}

const kept = new WeakMap<StudyTask, Map<string, Float64Array>>();

/** Points of a witness, computed once. */
export function pointsOf(task: StudyTask, witness: SimpleWitness | ModelChoice): Float64Array | null {
  const key = typeof witness === 'string' ? witness : JSON.stringify(witness);
  const own = kept.get(task) ?? new Map<string, Float64Array>();
  kept.set(task, own);
  const known = own.get(key);
  if (known) return known;
  const scores = typeof witness === 'string' ? simpleScores(task, witness) : modelScores(task, witness);
  if (!scores) return null;
  let points = witnessPoints(scores);
  if (typeof witness !== 'string' && witness.reliable) {
    const reliability = Math.max(0, Math.min(1, witnessOf(task, witness)?.splitHalf ?? 0));
    const mean = points.reduce((sum, value) => sum + value / points.length, 0);
    points = points.map((value) => mean + reliability * (value - mean));
  }
  own.set(key, points);
  return points;
}

/** Weighted sum of the points of witnesses; those a task does not have are left out. Equal weights unless given. */
export function together(
  task: StudyTask,
  witnesses: readonly (SimpleWitness | ModelChoice)[],
  weights: readonly number[] = witnesses.map(() => 1),
): Float64Array {
  const sum = new Float64Array(task.symbols.length);
  witnesses.forEach((witness, i) => {
    if (weights[i] > 0) pointsOf(task, witness)?.forEach((points, gene) => (sum[gene] += weights[i] * points));
  });
  return sum;
}

function witnessOf(task: StudyTask, { variant, operator, readOut }: ModelChoice): ModelWitness | undefined {
  return task.model.find((one) => one.variant === variant && one.operator === operator && one.readOut === readOut);
}
