import type { RankedGene } from '#shared/domain/ranking.ts';

/** Known regulators among the first `depth` genes. */
export function knownWithin(genes: readonly Pick<RankedGene, 'rank' | 'isKnown'>[], depth: number): number {
  return genes.filter(({ rank, isKnown }) => isKnown && rank <= depth).length;
}
