/** Choosing witnesses on some biologies and testing them on the one left out. */
import { WITNESSES } from '#shared/domain/witness.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { goalKey, mean, measure, summarise } from './measure.ts';
import type { StudyTask } from './read-project.ts';
import { type ModelChoice, type SimpleWitness, STANDARD, together } from './scores.ts';

export type Witness = SimpleWitness | ModelChoice;

/** The model as the product ranks it: shrunk by detections, drawn to its mean by what halves disagree. */
export const PRODUCT_MODEL: ModelChoice = { ...STANDARD, half: 10, reliable: true };

/** Curated targets are written down of much-studied genes, and so are known regulators: no fair candidate. */
const UNFAIR = 'target-shift';
export const CANDIDATES: readonly Witness[] = WITNESSES.filter((name) => name !== UNFAIR).map((name) =>
  name === 'model' ? PRODUCT_MODEL : name,
);

export const nameOf = (witness: Witness) => (typeof witness === 'string' ? witness : 'model');
export const namesOf = (witnesses: readonly Witness[]) => witnesses.map(nameOf).join(' + ');

/** Every non-empty set of candidates; few regulators cannot tell finer weights apart than in or out. */
export function subsets(candidates: readonly Witness[]): Witness[][] {
  return Array.from({ length: 2 ** candidates.length - 1 }, (_, i) => candidates.filter((_, k) => (i + 1) & (1 << k)));
}

/** A set of witnesses and its mean average precision in every biology. */
export interface Scored {
  witnesses: Witness[];
  byBiology: Map<string, number>;
}

/** Data sets of one biology share their say. */
export function scoreSets(tasks: readonly StudyTask[], sets: readonly Witness[][]): Scored[] {
  const biologies = [...new Set(tasks.map(({ biology }) => biology))];
  return sets.map((witnesses) => ({
    witnesses,
    byBiology: new Map(
      biologies.map((biology) => {
        const own = tasks.filter((task) => task.biology === biology);
        return [biology, summarise(own, (task) => together(task, witnesses)).precision];
      }),
    ),
  }));
}

export interface Fold {
  left: string;
  chosen: Witness[];
  /** Mean average precision on the biology left out. */
  tested: number;
}

/** Leave one biology out: the set that is best on the others, tested on it; ties to the smaller set. */
export function leaveOneOut(scored: readonly Scored[]): Fold[] {
  const biologies = [...scored[0].byBiology.keys()];
  return biologies.map((left) => {
    const trained = (one: Scored) =>
      mean(biologies.filter((name) => name !== left).map((name) => one.byBiology.get(name) as number));
    const best = scored.reduce((a, b) => {
      const gain = trained(b) - trained(a);
      return gain > 1e-12 || (Math.abs(gain) <= 1e-12 && b.witnesses.length < a.witnesses.length) ? b : a;
    });
    return { left, chosen: best.witnesses, tested: best.byBiology.get(left) as number };
  });
}

/** Sets whose votes make weights. */
const VOTERS = 40;

/** Weight of each candidate: the share of the best sets that hold it. */
export function votedWeights(scored: readonly Scored[], biologies: readonly string[]): number[] {
  const worth = (one: Scored) => mean(biologies.map((name) => one.byBiology.get(name) as number));
  const best = [...scored].sort((a, b) => worth(b) - worth(a)).slice(0, VOTERS);
  return CANDIDATES.map(
    (candidate) => best.filter(({ witnesses }) => witnesses.includes(candidate)).length / best.length,
  );
}

/** Leave one biology out: weights voted on the others, and what they are worth on it. */
export function leaveOneOutVotes(
  tasks: readonly StudyTask[],
  scored: readonly Scored[],
): { left: string; tested: number }[] {
  const biologies = [...scored[0].byBiology.keys()];
  return biologies.map((left) => {
    const weights = votedWeights(
      scored,
      biologies.filter((name) => name !== left),
    );
    const own = tasks.filter((task) => task.biology === left);
    return { left, tested: summarise(own, (task) => together(task, CANDIDATES, weights)).precision };
  });
}

/** What a witness adds to the sets that lack it: mean gain by biology, and in how many of the sets it helps. */
export function gainsOf(scored: readonly Scored[], witness: Witness) {
  const keyOf = (witnesses: readonly Witness[]) => namesOf(witnesses);
  const known = new Map(scored.map((one) => [keyOf(one.witnesses), one]));
  const pairs = scored
    .filter(({ witnesses }) => witnesses.includes(witness) && witnesses.length > 1)
    .map((one) => [one, known.get(keyOf(one.witnesses.filter((other) => other !== witness))) as Scored] as const);
  const biologies = [...scored[0].byBiology.keys()];
  const gains = pairs.map(([withIt, without]) =>
    biologies.map((name) => (withIt.byBiology.get(name) as number) - (without.byBiology.get(name) as number)),
  );
  return {
    byBiology: biologies.map((_, i) => mean(gains.map((gain) => gain[i]))),
    nSets: pairs.length,
    nBetter: gains.filter((gain) => mean(gain) > 0).length,
  };
}

export interface Difference {
  mean: number;
  low: number;
  high: number;
  /** Goals on which the first is better, and worse. */
  better: number;
  worse: number;
}

const N_BOOTSTRAP = 2000;

/**
 * Difference in average precision between two orders over goals, every biology with the same say.
 *
 * The interval resamples biologies, then goals within each: it tells what other data might have said, as far as four
 * biologies can.
 */
export function compareOrders(
  tasks: readonly StudyTask[],
  first: (task: StudyTask) => ArrayLike<number>,
  second: (task: StudyTask) => ArrayLike<number>,
): Difference {
  const goals = [...new Set(tasks.map(goalKey))].map((key) => {
    const own = tasks.filter((task) => goalKey(task) === key);
    const differences = own.map((task) => measure(task, first(task)).precision - measure(task, second(task)).precision);
    return { biology: own[0].biology, difference: mean(differences) };
  });
  const byBiology = [...new Set(goals.map(({ biology }) => biology))].map((name) =>
    goals.filter(({ biology }) => biology === name).map(({ difference }) => difference),
  );
  const random = new CounterRandom(0, 'study-bootstrap');
  let draws = 0;
  const pick = <T>(from: readonly T[]) => from[Math.floor(random.uniform(draws++) * from.length)];
  const means = Array.from({ length: N_BOOTSTRAP }, () =>
    mean(
      byBiology.map(() => {
        const drawn = pick(byBiology);
        return mean(drawn.map(() => pick(drawn)));
      }),
    ),
  ).sort((a, b) => a - b);
  return {
    mean: mean(byBiology.map(mean)),
    low: means[Math.floor(0.025 * N_BOOTSTRAP)],
    high: means[Math.ceil(0.975 * N_BOOTSTRAP) - 1],
    better: goals.filter(({ difference }) => difference > 1e-12).length,
    worse: goals.filter(({ difference }) => difference < -1e-12).length,
  };
}
