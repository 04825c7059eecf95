import { isTested, isUnread } from '../unread.ts';
import { column, type GeneColumn } from './column.ts';

/** The first five are the contract of `ranking export`. */
export const EFFECT_COLUMNS: readonly GeneColumn[] = [
  column('rank', 'rank', (gene) => gene.rank),
  column('gene_id', 'geneId', (gene) => gene.geneId),
  column('symbol', 'symbol', (gene) => gene.symbol),
  column('effect', 'effect', (gene) => gene.effect),
  column('fdr', 'fdr', (gene) => gene.fdr),
  column('effect_low', 'interval', (gene) => gene.effectLow),
  column('effect_high', 'interval', (gene) => gene.effectHigh),
  column('p_value', 'pValue', (gene) => gene.pValue),
  column('null_percentile', 'nullPercentile', (gene) => (isTested(gene) ? gene.nullPercentile : null)),
  column('detections', 'detections', (gene) => gene.detections),
  column('n_cells', 'nCells', (gene) => gene.nCells),
  column('is_transcription_factor', 'classes', (gene) => gene.isTranscriptionFactor),
  column('log2_fold_change', 'log2FoldChange', (gene) => gene.log2FoldChange),
  column('start_fraction', 'startFraction', (gene) => gene.startFraction),
  column('goal_fraction', 'goalFraction', (gene) => gene.goalFraction),
  column('rank_by_model', 'rankByModel', (gene) => (isUnread(gene) ? null : gene.rankByModel)),
  column('rank_by_fold_change', 'rankByFoldChange', (gene) => gene.rankByFoldChange),
  column('rank_by_combined', 'rankByCombined', (gene) => gene.rankByCombined),
  column('rank_by_expression', 'rankByExpression', (gene) => gene.rankByExpression),
  column('is_known', 'isKnown', (gene) => gene.isKnown),
  column('is_foretold', 'exactCells', (gene) => gene.isForetold),
  column('exact_cells', 'exactCells', (gene) => gene.exactCells),
  column('away_from_start', 'awayFromStart', (gene) => gene.awayFromStart),
  column('competing_state', 'competing', (gene) => gene.competing?.state ?? null),
  column('competing_effect', 'competing', (gene) => gene.competing?.effect ?? null),
];
