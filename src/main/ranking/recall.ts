import type { RankingMethod, RankingReport } from '#shared/domain/ranking.ts';

export type Recall = RankingReport['recall'][number];

/**
 * Known regulators among the first 10 and 50 of one ranking.
 *
 * `nKnown` counts every known regulator the dataset measures: one that is not ranked is missed by every method.
 */
export function recallOf(
  method: RankingMethod,
  ranks: ArrayLike<number>,
  isKnown: ArrayLike<boolean>,
  nKnown: number,
): Recall {
  let at10 = 0;
  let at50 = 0;
  for (let gene = 0; gene < ranks.length; gene++) {
    if (!isKnown[gene]) continue;
    if (ranks[gene] <= 10) at10++;
    if (ranks[gene] <= 50) at50++;
  }
  return { method, known: nKnown, at10, at50 };
}
