import type { Gene } from '#shared/domain/gene.ts';

/** Genes both datasets have, by id or by the id `orthologOf` gives for a gene of the reference; in the order of the reference. */
export function sharedGenes(
  genes: readonly Gene[],
  reference: readonly Gene[],
  orthologOf: ((id: string) => string | undefined) | null,
): { gene: number; referenceGene: number }[] {
  const position = new Map(genes.map(({ id }, gene) => [id, gene]));
  return reference.flatMap(({ id }, referenceGene) => {
    const wanted = orthologOf ? orthologOf(id) : id;
    const gene = wanted === undefined ? undefined : position.get(wanted);
    return gene === undefined ? [] : [{ gene, referenceGene }];
  });
}
