import type { FileGenes } from './reader.ts';

const GENE_EXPRESSION = 'Gene Expression';

const SPIKE_IN = /^ERCC-\d{5}$/;

/** Which features are genes: all but spike-in controls where the file does not tell. */
export function isGeneExpression(genes: FileGenes): boolean[] {
  return kinds(genes).map((kind) => kind === GENE_EXPRESSION);
}

/** Other kinds of features with their numbers, such as `12 Antibody Capture`; empty when there are none. */
export function otherFeatures(genes: FileGenes): string {
  const counts = new Map<string, number>();
  for (const kind of kinds(genes)) {
    if (kind !== GENE_EXPRESSION) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, n]) => `${n.toLocaleString('en')} ${kind}`).join(', ');
}

function kinds({ names, featureTypes }: FileGenes): string[] {
  const told = featureTypes?.includes(GENE_EXPRESSION) ? featureTypes : null;
  return names.map((name, i) => {
    if (SPIKE_IN.test(name)) return 'spike-in controls (ERCC)';
    return told ? told[i] : GENE_EXPRESSION;
  });
}
