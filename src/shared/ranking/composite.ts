import { WITNESSES, type RankingWeights } from '../domain/witness.ts';

/**
 * Points of each witness for one gene: log2(genes / rank), so the first half of a ranking has 1 or more, the first
 * quarter 2 or more. A witness that says nothing of a gene gives it the mean.
 */
export type WitnessPoints = Readonly<Partial<Record<string, number>>>;

/** Weighted mean of a gene's points; 0 where no witness counts. */
export function compositeScore(points: WitnessPoints, weights: RankingWeights): number {
  let sum = 0;
  let total = 0;
  for (const witness of WITNESSES) {
    const own = points[witness];
    if (own === undefined || weights[witness] === 0) continue;
    sum += weights[witness] * own;
    total += weights[witness];
  }
  return total > 0 ? sum / total : 0;
}

/** Order of genes by their composite score, best first; equal ones by fold change. Values: indices of `genes`. */
export function compositeOrder(
  genes: readonly { witnesses: WitnessPoints; rankByFoldChange: number }[],
  weights: RankingWeights,
): number[] {
  const scores = genes.map(({ witnesses }) => compositeScore(witnesses, weights));
  return genes
    .map((_, i) => i)
    .sort((a, b) => scores[b] - scores[a] || genes[a].rankByFoldChange - genes[b].rankByFoldChange);
}

/** The same genes with the rank other weights give them, best first. */
export function reranked<Gene extends { rank: number; witnesses: WitnessPoints; rankByFoldChange: number }>(
  genes: readonly Gene[],
  weights: RankingWeights,
): Gene[] {
  return compositeOrder(genes, weights).map((gene, i) => ({ ...genes[gene], rank: i + 1 }));
}

/** Witnesses the genes have points of; a ranking of an older version has none. */
export function witnessesPresent(genes: readonly { witnesses: WitnessPoints }[]): (keyof RankingWeights)[] {
  const points = genes[0]?.witnesses ?? {};
  return WITNESSES.filter((witness) => points[witness] !== undefined);
}
