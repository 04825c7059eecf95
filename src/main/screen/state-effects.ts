import type { Operator } from '#shared/domain/screen.ts';
import { replicateEffects, rowMean } from './effects.ts';
import { measuredStates } from './states.ts';
import type { ReadOut, ScreenResult, StateRole } from './types.ts';

/** How far each gene moves the start cells towards every state. */
export interface StateEffects {
  /** The goals first, then start and alternatives. */
  states: { name: string; role: StateRole }[];
  /** Mean over replicates. Shape: genes × states; NaN where nothing is told. */
  effects: Float64Array;
}

/**
 * Mean effects of one operator on every state, whatever its role.
 *
 * Note: an effect is the shift towards the state, so a gene that moves cells away from the start has a negative one there.
 */
export function stateEffects(screen: ScreenResult, operator: Operator | 'rank-shift', readOut: ReadOut): StateEffects {
  const { plan } = screen;
  const states = measuredStates(plan).map(({ name, role }) => ({ name, role }));
  const effects = new Float64Array(plan.genes.length * states.length);
  states.forEach(({ name }, s) => {
    const perReplicate = replicateEffects(screen, { operator, goal: name, readOut });
    for (let gene = 0; gene < plan.genes.length; gene++)
      effects[gene * states.length + s] = rowMean(perReplicate, gene, plan.nReplicates);
  });
  return { states, effects };
}
