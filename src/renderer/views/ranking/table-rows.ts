import type { GeneClass } from '#shared/domain/gene-evidence.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { TABLE_COLUMNS } from './table-columns.ts';

export interface TableFilter {
  text: string;
  maxFdr: number | null;
  /** Kind of gene; null is all. */
  kind: GeneClass | null;
  onlyKnown: boolean;
}

export const noFilter: TableFilter = { text: '', maxFdr: null, kind: null, onlyKnown: false };

/** Rows that pass every filter; the text is part of a symbol or an Ensembl id, in any case. */
export function filterGenes(genes: readonly RankedGene[], filter: TableFilter): RankedGene[] {
  const text = filter.text.trim().toLowerCase();
  return genes.filter(
    (gene) =>
      (text === '' || gene.symbol.toLowerCase().includes(text) || gene.geneId.toLowerCase().includes(text)) &&
      (filter.maxFdr === null || gene.fdr <= filter.maxFdr) &&
      (filter.kind === null || gene.evidence?.classes.includes(filter.kind) === true) &&
      (!filter.onlyKnown || gene.isKnown),
  );
}

/** A copy sorted by a column; equal values stay in order of rank, genes without a value come last. */
export function sortGenes(genes: readonly RankedGene[], key: string, descending: boolean): RankedGene[] {
  const sign = descending ? -1 : 1;
  const column = TABLE_COLUMNS.find((one) => one.key === key) ?? TABLE_COLUMNS[0];
  return [...genes].sort((a, b) => {
    const [left, right] = [column.value(a), column.value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || a.rank - b.rank;
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
