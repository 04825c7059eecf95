import type { RankedGene } from '#shared/domain/ranking.ts';

export type SortKey =
  'rank' | 'symbol' | 'effect' | 'fdr' | 'log2FoldChange' | 'rankByModel' | 'rankByFoldChange' | 'detections';

export interface TableFilter {
  text: string;
  maxFdr: number | null;
  onlyFactors: boolean;
  onlyKnown: boolean;
}

export const noFilter: TableFilter = { text: '', maxFdr: null, onlyFactors: false, onlyKnown: false };

/** Rows that pass every filter; the text is part of a symbol or an Ensembl id, in any case. */
export function filterGenes(genes: readonly RankedGene[], filter: TableFilter): RankedGene[] {
  const text = filter.text.trim().toLowerCase();
  return genes.filter(
    (gene) =>
      (text === '' || gene.symbol.toLowerCase().includes(text) || gene.geneId.toLowerCase().includes(text)) &&
      (filter.maxFdr === null || gene.fdr <= filter.maxFdr) &&
      (!filter.onlyFactors || gene.isTranscriptionFactor) &&
      (!filter.onlyKnown || gene.isKnown),
  );
}

/** A sorted copy; equal values stay in order of rank. */
export function sortGenes(genes: readonly RankedGene[], key: SortKey, descending: boolean): RankedGene[] {
  const sign = descending ? -1 : 1;
  return [...genes].sort((a, b) => {
    const [left, right] = [a[key], b[key]];
    const order = typeof left === 'string' ? left.localeCompare(String(right)) : left - Number(right);
    return order !== 0 ? sign * order : a.rank - b.rank;
  });
}

const COLUMNS = [
  'rank',
  'symbol',
  'geneId',
  'effect',
  'effectLow',
  'effectHigh',
  'pValue',
  'fdr',
  'log2FoldChange',
  'detections',
  'rankByModel',
  'rankByFoldChange',
  'rankByCombined',
  'rankByExpression',
] as const satisfies readonly (keyof RankedGene)[];

/** Tab-separated table for a spreadsheet: a header line, full precision, a point as decimal sign. */
export function toTsv(genes: readonly RankedGene[]): string {
  return [COLUMNS.join('\t'), ...genes.map((gene) => COLUMNS.map((name) => String(gene[name])).join('\t'))].join('\n');
}
