import type { RankedGene } from '#shared/domain/ranking.ts';
import { csvTable, type CsvValue } from '#shared/util/csv.ts';
import type { WhyReport } from '#shared/why/why-card.ts';
import { EVIDENCE_COLUMNS } from './evidence-columns.ts';
import type { SourceTable } from './report/blocks.ts';
import { STATISTICS_COLUMNS } from './statistics-columns.ts';
import { WHY_COLUMNS, whyCells } from './why.ts';

/** Column name → value. The first five are the contract of `ranking export`; more may be added at the end only. */
const COLUMNS: [name: string, value: (gene: RankedGene) => CsvValue][] = [
  ['rank', (gene) => gene.rank],
  ['gene_id', (gene) => gene.geneId],
  ['symbol', (gene) => gene.symbol],
  ['effect', (gene) => gene.effect],
  ['fdr', (gene) => gene.fdr],
  ['effect_low', (gene) => gene.effectLow],
  ['effect_high', (gene) => gene.effectHigh],
  ['p_value', (gene) => gene.pValue],
  ['null_percentile', (gene) => gene.nullPercentile],
  ['detections', (gene) => gene.detections],
  ['n_cells', (gene) => gene.nCells],
  ['is_transcription_factor', (gene) => gene.isTranscriptionFactor],
  ['log2_fold_change', (gene) => gene.log2FoldChange],
  ['start_fraction', (gene) => gene.startFraction],
  ['goal_fraction', (gene) => gene.goalFraction],
  ['rank_by_model', (gene) => gene.rankByModel],
  ['rank_by_fold_change', (gene) => gene.rankByFoldChange],
  ['rank_by_combined', (gene) => gene.rankByCombined],
  ['rank_by_expression', (gene) => gene.rankByExpression],
  ['is_known', (gene) => gene.isKnown],
  ['is_foretold', (gene) => gene.isForetold],
  ['exact_cells', (gene) => gene.exactCells ?? ''],
  ['away_from_start', (gene) => gene.awayFromStart ?? ''],
  ['competing_state', (gene) => gene.competing?.state ?? ''],
  ['competing_effect', (gene) => gene.competing?.effect ?? ''],
  ...STATISTICS_COLUMNS,
  ...EVIDENCE_COLUMNS,
];

/**
 * All genes and all columns of a ranking, with the why-card of each gene where its report is given.
 *
 * Note: a value that is a text stays one in a workbook, whatever its column.
 */
export function rankingTable(genes: readonly RankedGene[], report?: WhyReport): SourceTable {
  const others = [...new Set(genes.flatMap((gene) => Object.keys(gene.baselineRanks)))].sort();
  const titles = [
    ...COLUMNS.map(([title]) => title),
    ...others.map((name) => `rank_by_${name.replaceAll('-', '_')}`),
    ...(report ? WHY_COLUMNS : []),
  ];
  return {
    columns: titles.map((title) => ({ title, kind: 'number' })),
    rows: genes.map((gene) => [
      ...COLUMNS.map(([, value]) => {
        const told = value(gene);
        return typeof told === 'boolean' ? String(told) : told;
      }),
      ...others.map((name) => gene.baselineRanks[name] ?? null),
      ...(report ? whyCells(gene, report) : []),
    ]),
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
