import type { RankingMethod, RankingReport } from '#shared/domain/ranking.ts';
import { RECALL_DEPTHS } from '#shared/domain/ranking.ts';
import { atLeastByChance, chanceRange } from '#singlecell/statistics/chance.ts';

export type Recall = RankingReport['recall'][number];

/**
 * Known regulators among the first 10, 20 and 50 of one ranking, and how often a random order would find as many at 50.
 *
 * `nKnown` counts every known regulator the dataset measures: one that is not ranked is missed by every method.
 */
export function recallOf(
  method: RankingMethod,
  ranks: ArrayLike<number>,
  isKnown: ArrayLike<boolean>,
  nKnown: number,
): Recall {
  const within = (depth: number) => {
    let found = 0;
    for (let gene = 0; gene < ranks.length; gene++) if (isKnown[gene] && ranks[gene] <= depth) found++;
    return found;
  };
  const [at10, at20, at50] = RECALL_DEPTHS.map(within);
  const draw = { population: ranks.length, successes: countTrue(isKnown), draws: Math.min(50, ranks.length) };
  return { method, known: nKnown, at10, at20, at50, byChance: atLeastByChance(draw, at50) };
}

/** What a random order of the same genes finds at each depth. */
export function recallByChance(isKnown: ArrayLike<boolean>): RankingReport['chance'] {
  const population = isKnown.length;
  return RECALL_DEPTHS.map((depth) => ({
    depth,
    ...chanceRange({ population, successes: countTrue(isKnown), draws: Math.min(depth, population) }),
  }));
}

/** Known regulators that only one of two rankings has in its first places. */
export interface Disagreement {
  onlyFirst: number;
  onlySecond: number;
  /** Two-sided sign test: how often two equally good rankings differ so much. */
  pValue: number;
}

/** Compares two rankings by the known regulators within `depth`. Source: McNemar 1947, Psychometrika 12:153, exact form. */
export function disagreement(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  isKnown: ArrayLike<boolean>,
  depth: number,
): Disagreement {
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let gene = 0; gene < isKnown.length; gene++) {
    if (!isKnown[gene]) continue;
    if (first[gene] <= depth && second[gene] > depth) onlyFirst++;
    if (first[gene] > depth && second[gene] <= depth) onlySecond++;
  }
  return { onlyFirst, onlySecond, pValue: signTest(onlyFirst, onlySecond) };
}

/** Two-sided probability of a split at least as uneven under even odds; scipy.stats.binomtest gives the same number. */
export function signTest(a: number, b: number): number {
  const n = a + b;
  const fewer = Math.min(a, b);
  let mass = 0.5 ** n;
  let tail = 0;
  for (let hits = 0; hits <= fewer; hits++) {
    tail += mass;
    mass *= (n - hits) / (hits + 1);
  }
  return Math.min(1, 2 * tail);
}

function countTrue(flags: ArrayLike<boolean>): number {
  let n = 0;
  for (let i = 0; i < flags.length; i++) if (flags[i]) n++;
  return n;
}
