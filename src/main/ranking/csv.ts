import type { RankedGene } from '#shared/domain/ranking.ts';
import { csvTable, type CsvValue } from '#shared/util/csv.ts';

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
  ['away_from_start', (gene) => gene.awayFromStart ?? ''],
  ['competing_state', (gene) => gene.competing?.state ?? ''],
  ['competing_effect', (gene) => gene.competing?.effect ?? ''],
  ['cells_moved', (gene) => gene.statistics?.cellsMoved ?? ''],
  ['is_tested', (gene) => gene.statistics?.isTested ?? ''],
  ['p_value_counted', (gene) => gene.statistics?.countedPValue ?? ''],
  ['fdr_chosen', (gene) => gene.statistics?.chosenFdr ?? ''],
  ['specific_effect', (gene) => gene.statistics?.specificEffect ?? ''],
  ['p_value_donors', (gene) => gene.statistics?.donorPValue ?? ''],
  ['mixed_effect', (gene) => gene.statistics?.mixedEffect ?? ''],
  ['p_value_mixed', (gene) => gene.statistics?.mixedPValue ?? ''],
  ['donor_share', (gene) => gene.statistics?.donorShare ?? ''],
  ['rank_low', (gene) => gene.statistics?.rankLow ?? ''],
  ['rank_high', (gene) => gene.statistics?.rankHigh ?? ''],
  ['top_share', (gene) => gene.statistics?.topShare ?? ''],
];

/** The ranked table as CSV. */
export function rankingCsv(genes: readonly RankedGene[]): string {
  const others = [...new Set(genes.flatMap((gene) => Object.keys(gene.baselineRanks)))].sort();
  const header = [...COLUMNS.map(([name]) => name), ...others.map((name) => `rank_by_${name.replaceAll('-', '_')}`)];
  const lines = genes.map((gene) => [
    ...COLUMNS.map(([, value]) => value(gene)),
    ...others.map((name) => gene.baselineRanks[name] ?? ''),
  ]);
  return csvTable([header, ...lines]);
}
