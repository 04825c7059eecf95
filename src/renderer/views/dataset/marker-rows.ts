import type { MarkerGene } from '#shared/domain/classical.ts';

export type MarkerKey = 'rank' | 'symbol' | 'auc' | 'cohensD' | 'logFoldChange' | 'detectedIn' | 'detectedOut';

/** Rows whose symbol or Ensembl id holds the text, sorted; equal values stay in order of rank. */
export function markerRows(
  genes: readonly MarkerGene[],
  text: string,
  sort: { key: MarkerKey; descending: boolean },
): MarkerGene[] {
  const wanted = text.trim().toLowerCase();
  const sign = sort.descending ? -1 : 1;
  return genes
    .filter(({ symbol, geneId }) => symbol.toLowerCase().includes(wanted) || geneId.toLowerCase().includes(wanted))
    .sort((a, b) => {
      const [left, right] = [a[sort.key], b[sort.key]];
      const order = typeof left === 'string' ? left.localeCompare(String(right)) : left - Number(right);
      return order !== 0 ? sign * order : a.rank - b.rank;
    });
}

const COLUMNS = [
  'rank',
  'symbol',
  'geneId',
  'auc',
  'minAuc',
  'cohensD',
  'logFoldChange',
  'meanIn',
  'detectedIn',
  'detectedOut',
] as const satisfies readonly (keyof MarkerGene)[];

/** Tab-separated table for a spreadsheet: a header line, full precision, a point as decimal sign. */
export function markersTsv(group: string, genes: readonly MarkerGene[]): string {
  const lines = genes.map((gene) => [group, ...COLUMNS.map((name) => String(gene[name]))].join('\t'));
  return [['group', ...COLUMNS].join('\t'), ...lines].join('\n');
}
