import type { FileGenes } from './reader.ts';

const GENE_EXPRESSION = 'Gene Expression';

/** Which features are genes: all of them where the file does not tell. */
export function isGeneExpression({ names, featureTypes }: FileGenes): boolean[] {
  if (!featureTypes || !featureTypes.includes(GENE_EXPRESSION)) return names.map(() => true);
  return featureTypes.map((type) => type === GENE_EXPRESSION);
}

/** Other kinds of features with their numbers, such as `12 Antibody Capture`; empty when there are none. */
export function otherFeatures(genes: FileGenes): string {
  const isGene = isGeneExpression(genes);
  const counts = new Map<string, number>();
  genes.featureTypes?.forEach((type, i) => {
    if (!isGene[i]) counts.set(type, (counts.get(type) ?? 0) + 1);
  });
  return [...counts].map(([type, n]) => `${n.toLocaleString('en')} ${type}`).join(', ');
}
