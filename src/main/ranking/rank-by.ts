import type { RankedGene, RankingMethod } from '#shared/domain/ranking.ts';

/** Rank of a gene by one of the methods; undefined for one the ranking was made without. */
export function rankBy(gene: RankedGene, method: RankingMethod): number | undefined {
  switch (method) {
    case 'model':
      return gene.rankByModel;
    case 'fold-change':
      return gene.rankByFoldChange;
    case 'combined':
      return gene.rankByCombined;
    case 'expression':
      return gene.rankByExpression;
    default:
      return gene.baselineRanks[method];
  }
}
