import type { Operator } from '#shared/domain/screen.ts';
import { stateEffects } from '#screen/state-effects.ts';
import type { ReadOut, ScreenResult } from '#screen/types.ts';

/**
 * Mean effect of each gene of the plan on all states but the goal and the start; NaN for a gene nothing is told of, null where
 * the screen measured no other state.
 *
 * A gene that moves cells towards everything alike is a universal responder: this is what it would get without knowing
 * the goal. Source: spec/features.md §3.4 (gene identity as a baseline).
 */
export function universalResponses(
  screen: ScreenResult,
  { operator, goal, readOut }: { operator: Operator; goal: string; readOut: ReadOut },
): Float64Array | null {
  const { states, effects } = stateEffects(screen, operator, readOut);
  const others = states.flatMap(({ name, role }, s) => (name !== goal && role !== 'start' ? [s] : []));
  if (others.length === 0) return null;
  return Float64Array.from(screen.plan.genes, (_, gene) => {
    const told = others.map((s) => effects[gene * states.length + s]).filter((effect) => !Number.isNaN(effect));
    return told.length > 0 ? told.reduce((sum, effect) => sum + effect, 0) / told.length : NaN;
  });
}
