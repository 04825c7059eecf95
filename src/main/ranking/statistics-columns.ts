import type { GeneStatistics } from '#shared/domain/ranking-checks.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import type { CsvValue } from '#shared/util/csv.ts';

/** Empty where a ranking of an older version has no such statistics, or a statistic says nothing of the gene. */
const from =
  (value: (told: GeneStatistics) => CsvValue | null) =>
  ({ statistics }: RankedGene): CsvValue =>
    (statistics ? value(statistics) : null) ?? '';

/** Statistics beyond the mean effect in the CSV table. */
export const STATISTICS_COLUMNS: readonly [name: string, value: (gene: RankedGene) => CsvValue][] = [
  ['cells_moved', from((told) => told.cellsMoved)],
  ['is_tested', from((told) => told.isTested)],
  ['p_value_counted', from((told) => told.countedPValue)],
  ['fdr_chosen', from((told) => told.chosenFdr)],
  ['specific_effect', from((told) => told.specificEffect)],
  ['p_value_donors', from((told) => told.donorPValue)],
  ['mixed_effect', from((told) => told.mixedEffect)],
  ['p_value_mixed', from((told) => told.mixedPValue)],
  ['donor_share', from((told) => told.donorShare)],
  ['rank_low', from((told) => told.rankLow)],
  ['rank_high', from((told) => told.rankHigh)],
  ['top_share', from((told) => told.topShare)],
];
