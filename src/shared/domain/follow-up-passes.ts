import { type FollowUpConfig, LOWER_LEVELS, RAISE_PERCENTILES, RANK_POINTS } from './follow-up.ts';

/** Passes through the model at most, by what they are for; fewer where doses coincide or a cell lacks a gene. */
export interface FollowUpPasses {
  series: number;
  combinations: number;
  responses: number;
  total: number;
}

const DOSES = { raise: RAISE_PERCENTILES.length, rank: RANK_POINTS.length, lower: LOWER_LEVELS.length + 1 } as const;

/** The most passes a follow-up takes. Units: cells through the model. */
export function followUpPasses(
  config: Pick<FollowUpConfig, 'parts' | 'series' | 'combinations' | 'triples' | 'responses' | 'nNullPerturbations'>,
  { nGenes, nCells }: { nGenes: number; nCells: number },
): FollowUpPasses {
  const nPairs = (nGenes * (nGenes - 1)) / 2;
  const parts = new Set(config.parts);
  const kinds = new Set(config.combinations);
  const has = (...wanted: ('raise' | 'silence' | 'mixed')[]) => (wanted.some((kind) => kinds.has(kind)) ? 1 : 0);
  const nUniform = has('raise') + has('silence');
  const perCell = {
    series: parts.has('doses') ? nGenes * [...new Set(config.series)].reduce((sum, kind) => sum + DOSES[kind], 0) : 0,
    combinations: parts.has('combinations')
      ? nGenes * (has('raise', 'mixed') + has('silence', 'mixed')) +
        nPairs * (nUniform + 2 * has('mixed')) +
        config.triples.length * nUniform
      : 0,
    responses: parts.has('responses') ? new Set(config.responses).size * (nGenes + config.nNullPerturbations) : 0,
  };
  const passes = {
    series: perCell.series * nCells,
    combinations: perCell.combinations * nCells,
    responses: perCell.responses * nCells,
  };
  return { ...passes, total: passes.series + passes.combinations + passes.responses };
}
