import type { Operator } from '#shared/domain/screen.ts';
import type { ScreenResult } from '#screen/types.ts';

/** What adaptive stages add to a ranked gene. */
export interface ComputedCells {
  exactCells: number | null;
  effectLow: number;
  effectHigh: number;
}

const Z_95 = 1.959963984540054;

/**
 * Start cells in which each gene was computed exactly, and its interval with what the others add to it.
 *
 *   half width² = (from the spread over replicates)² + (1.96 · error of the cells not computed)²
 *
 * Answer: by token id. Null cells where an operator was computed exactly in all of them or not in stages.
 */
export function computedCells(
  screen: ScreenResult,
  goal: string,
  operator: Operator,
): (tokenId: number, gene: { effect: number; effectLow: number; effectHigh: number }) => ComputedCells {
  const stage = screen.stages?.adaptive?.find((one) => one.operator === operator);
  const at = stage?.goals.findIndex((one) => one.goal === goal) ?? -1;
  const told = new Map(stage?.genes.map((gene) => [screen.plan.genes[gene.row].tokenId, gene]));
  return (tokenId, { effect, effectLow, effectHigh }) => {
    if (!stage) return { exactCells: null, effectLow, effectHigh };
    const gene = told.get(tokenId);
    const added = Z_95 * (gene?.errors[at] ?? 0);
    return {
      exactCells: gene?.nExact ?? 0,
      effectLow: effect - Math.hypot(effect - effectLow, added),
      effectHigh: effect + Math.hypot(effectHigh - effect, added),
    };
  };
}
