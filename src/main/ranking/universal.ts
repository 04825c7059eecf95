import type { Operator, ScreenConfig } from '#shared/domain/screen.ts';
import { cellEffects, rowMean } from '#screen/effects.ts';
import type { ScreenResult } from '#screen/types.ts';

/**
 * Mean effect of each gene of the plan on every goal but one; null where the screen has no other goal.
 *
 * A gene that moves cells towards everything alike is a universal responder: this is what it would get without knowing
 * the goal. Source: spec/features.md §3.4 (gene identity as a baseline).
 */
export function universalResponses(
  screen: ScreenResult,
  { operator, goal, readOut }: { operator: Operator; goal: string; readOut: ScreenConfig['readOut'] },
): Float64Array | null {
  const { plan } = screen;
  const others = plan.states.slice(1).filter(({ name }) => name !== goal);
  if (others.length === 0) return null;
  const sums = new Float64Array(plan.genes.length);
  for (const { name } of others) {
    const effects = cellEffects(screen, { operator, goal: name, readOut });
    for (let gene = 0; gene < sums.length; gene++) sums[gene] += rowMean(effects, gene, plan.cells.length);
  }
  return sums.map((sum) => sum / others.length);
}
