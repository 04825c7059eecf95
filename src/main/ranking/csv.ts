import type { RankedGene } from '#shared/domain/ranking.ts';
import { csvTable } from '#shared/util/csv.ts';
import type { SourceTable } from './report/blocks.ts';

type Value = string | number | boolean;
type Kind = SourceTable['columns'][number]['kind'];

/** Column name → value. The first five are the contract of `ranking export`; more may be added at the end only. */
const COLUMNS: [name: string, kind: Kind, value: (gene: RankedGene) => Value][] = [
  ['rank', 'integer', (gene) => gene.rank],
  ['gene_id', 'text', (gene) => gene.geneId],
  ['symbol', 'text', (gene) => gene.symbol],
  ['effect', 'number', (gene) => gene.effect],
  ['fdr', 'number', (gene) => gene.fdr],
  ['effect_low', 'number', (gene) => gene.effectLow],
  ['effect_high', 'number', (gene) => gene.effectHigh],
  ['p_value', 'number', (gene) => gene.pValue],
  ['null_percentile', 'number', (gene) => gene.nullPercentile],
  ['detections', 'integer', (gene) => gene.detections],
  ['n_cells', 'integer', (gene) => gene.nCells],
  ['is_transcription_factor', 'text', (gene) => gene.isTranscriptionFactor],
  ['log2_fold_change', 'number', (gene) => gene.log2FoldChange],
  ['start_fraction', 'number', (gene) => gene.startFraction],
  ['goal_fraction', 'number', (gene) => gene.goalFraction],
  ['rank_by_model', 'integer', (gene) => gene.rankByModel],
  ['rank_by_fold_change', 'integer', (gene) => gene.rankByFoldChange],
  ['rank_by_combined', 'integer', (gene) => gene.rankByCombined],
  ['rank_by_expression', 'integer', (gene) => gene.rankByExpression],
  ['is_known', 'text', (gene) => gene.isKnown],
  ['is_foretold', 'text', (gene) => gene.isForetold],
  ['away_from_start', 'number', (gene) => gene.awayFromStart ?? ''],
  ['competing_state', 'text', (gene) => gene.competing?.state ?? ''],
  ['competing_effect', 'number', (gene) => gene.competing?.effect ?? ''],
];

/** All genes and all columns of a ranking. */
export function rankingTable(genes: readonly RankedGene[]): SourceTable {
  const others = [...new Set(genes.flatMap((gene) => Object.keys(gene.baselineRanks)))].sort();
  return {
    columns: [
      ...COLUMNS.map(([title, kind]) => ({ title, kind })),
      ...others.map((name) => ({ title: `rank_by_${name.replaceAll('-', '_')}`, kind: 'integer' as const })),
    ],
    rows: genes.map((gene) => [
      ...COLUMNS.map(([, , value]) => {
        const told = value(gene);
        return typeof told === 'boolean' ? String(told) : told;
      }),
      ...others.map((name) => gene.baselineRanks[name] ?? null),
    ]),
  };
}

/** A table as CSV, names safe from spreadsheets. */
export function tableCsv({ columns, rows }: SourceTable): string {
  return csvTable([columns.map(({ title }) => title), ...rows.map((row) => row.map((value) => value ?? ''))]);
}

/** The ranked table as CSV. */
export function rankingCsv(genes: readonly RankedGene[]): string {
  return tableCsv(rankingTable(genes));
}
