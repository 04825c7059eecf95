import { isUnread } from '../unread.ts';
import { column, type GeneColumn, ofStatistics } from './column.ts';

/** Statistics beyond the mean effect. */
export const STATISTICS_COLUMNS: readonly GeneColumn[] = [
  column(
    'cells_moved',
    'cellsMoved',
    ofStatistics((told) => told.cellsMoved),
  ),
  column(
    'is_tested',
    'isTested',
    ofStatistics((told) => told.isTested),
  ),
  column(
    'p_value_counted',
    'countedPValue',
    ofStatistics((told) => told.countedPValue),
  ),
  column(
    'fdr_chosen',
    'chosenFdr',
    ofStatistics((told) => told.chosenFdr),
  ),
  column(
    'specific_effect',
    'specificEffect',
    ofStatistics((told) => told.specificEffect),
  ),
  column(
    'p_value_donors',
    'donorPValue',
    ofStatistics((told) => told.donorPValue),
  ),
  column(
    'mixed_effect',
    'mixedEffect',
    ofStatistics((told) => told.mixedEffect),
  ),
  column(
    'p_value_mixed',
    'mixedPValue',
    ofStatistics((told) => told.mixedPValue),
  ),
  column(
    'donor_share',
    'donorShare',
    ofStatistics((told) => told.donorShare),
  ),
  column(
    'rank_low',
    'rankRange',
    ofStatistics((told) => told.rankLow),
  ),
  column(
    'rank_high',
    'rankRange',
    ofStatistics((told) => told.rankHigh),
  ),
  column(
    'top_share',
    'topShare',
    ofStatistics((told) => told.topShare),
  ),
];

/** Told since later versions; columns are only ever added behind the others. */
export const LATER_COLUMNS: readonly GeneColumn[] = [
  column('is_read', 'isRead', (gene) => !isUnread(gene)),
  column('leads', 'competing', (gene) => gene.leads),
  column(
    'n_replicates',
    'nReplicates',
    ofStatistics((told) => told.nReplicates),
  ),
  column(
    'library_size_correlation',
    'librarySize',
    ofStatistics((told) => told.librarySizeCorrelation),
  ),
  column(
    'library_size_fdr',
    'librarySize',
    ofStatistics((told) => told.librarySizeFdr),
  ),
  column(
    'donors_agree',
    'donorsAgree',
    ofStatistics((told) => told.donorsAgree),
  ),
];
