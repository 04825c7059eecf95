import type { RankedGene, RankingMethod } from '../domain/ranking.ts';

/**
 * Whether a perturbation changes no start cell at all: a raised gene that still stands below the genes the model reads.
 *
 * Note: its effect of 0 is no finding, so it has no place in an order by the model.
 */
export function isUnread({
  statistics,
  effect,
  effectLow,
  effectHigh,
}: Pick<RankedGene, 'statistics' | 'effect' | 'effectLow' | 'effectHigh'>): boolean {
  return statistics ? statistics.cellsMoved === 0 : effect === 0 && effectLow === 0 && effectHigh === 0;
}

/** Whether the gene was compared with null genes; an older ranking does not say, and there every gene was. */
export function isTested({ statistics }: Pick<RankedGene, 'statistics'>): boolean {
  return statistics?.isTested ?? true;
}

/** Methods whose scores are effects of the screen, so that they say nothing of a gene the model does not read. */
export function isOfModel(method: RankingMethod): boolean {
  return method === 'model' || method === 'universal-response';
}
