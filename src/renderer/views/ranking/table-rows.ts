import type { GeneClass } from '#shared/domain/gene-evidence.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { GENE_COLUMNS } from '#shared/ranking/columns/index.ts';
import { isUnread } from '#shared/ranking/unread.ts';
import { tsvField } from '#shared/util/csv.ts';
import { TABLE_COLUMNS, type TableColumn } from './table-columns.ts';

export interface TableFilter {
  text: string;
  maxFdr: number | null;
  /** Kind of gene; null is all. */
  kind: GeneClass | null;
  onlyKnown: boolean;
  /** Without genes the model does not read, which have no rank by the screen. */
  onlyRead: boolean;
}

export const noFilter: TableFilter = { text: '', maxFdr: null, kind: null, onlyKnown: false, onlyRead: false };

/** Rows that pass every filter; the text is part of a symbol or an Ensembl id, in any case. */
export function filterGenes(genes: readonly RankedGene[], filter: TableFilter): RankedGene[] {
  const text = filter.text.trim().toLowerCase();
  return genes.filter(
    (gene) =>
      (text === '' || gene.symbol.toLowerCase().includes(text) || gene.geneId.toLowerCase().includes(text)) &&
      (filter.maxFdr === null || gene.fdr <= filter.maxFdr) &&
      (filter.kind === null || gene.evidence?.classes.includes(filter.kind) === true) &&
      (!filter.onlyKnown || gene.isKnown) &&
      (!filter.onlyRead || !isUnread(gene)),
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

const SAVED = new Map(GENE_COLUMNS.map((column) => [column.name, column]));

/**
 * The shown columns as a tab-separated table for a spreadsheet, named as in the saved CSV: full precision, a point as
 * decimal sign, nothing where nothing is told.
 */
export function toTsv(genes: readonly RankedGene[], columns: readonly TableColumn[]): string {
  const names = [...new Set(columns.flatMap(({ copies }) => copies))];
  const saved = names.map((name) => SAVED.get(name)!);
  const lines = genes.map((gene) => saved.map(({ value }) => tsvField(value(gene) ?? '')).join('\t'));
  return [names.join('\t'), ...lines].join('\n');
}
