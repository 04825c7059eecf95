import type { RankedGene } from '#shared/domain/ranking.ts';
import { GENE_COLUMNS } from '#shared/ranking/columns/index.ts';
import { COLUMN_TEXTS } from '#shared/ranking/columns/texts.ts';
import { csvTable } from '#shared/util/csv.ts';
import type { WhyReport } from '#shared/why/why-card.ts';
import type { SourceTable } from './report/blocks.ts';
import { WHY_COLUMNS, whyCells } from './why.ts';

/**
 * All genes and all columns of a ranking, with the why-card of each gene where its report is given.
 *
 * Note: a value that is a text stays one in a workbook, whatever its column.
 */
export function rankingTable(genes: readonly RankedGene[], report?: WhyReport): SourceTable {
  const others = [...new Set(genes.flatMap((gene) => Object.keys(gene.baselineRanks)))].sort();
  const titles = [
    ...GENE_COLUMNS.map(({ name }) => name),
    ...others.map((name) => `rank_by_${name.replaceAll('-', '_')}`),
    ...(report ? WHY_COLUMNS : []),
  ];
  return {
    columns: titles.map((title) => ({ title, kind: 'number' })),
    rows: genes.map((gene) => [
      ...GENE_COLUMNS.map(({ value }) => {
        const told = value(gene);
        return typeof told === 'boolean' ? String(told) : told;
      }),
      ...others.map((name) => gene.baselineRanks[name] ?? null),
      ...(report ? whyCells(gene, report) : []),
    ]),
  };
}

/** What each column of the ranked table means, in the words of the window. */
export function columnsTable(): SourceTable {
  const titles = ['column', 'title', 'meaning'];
  return {
    columns: titles.map((title) => ({ title, kind: 'text' })),
    rows: GENE_COLUMNS.map(({ name, about }) => [name, COLUMN_TEXTS[about].title, COLUMN_TEXTS[about].tip]),
  };
}

/** A table as CSV, names safe from spreadsheets. */
export function tableCsv({ columns, rows }: SourceTable): string {
  return csvTable([columns.map(({ title }) => title), ...rows.map((row) => row.map((value) => value ?? ''))]);
}

/** The ranked table as CSV. */
export function rankingCsv(genes: readonly RankedGene[], report?: WhyReport): string {
  return tableCsv(rankingTable(genes, report));
}
