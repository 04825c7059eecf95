import type { Operator } from '#shared/domain/screen.ts';
import { replicateEffects, rowMean } from '#screen/effects.ts';
import { measuredStates } from '#screen/states.ts';
import type { ScreenResult } from '#screen/types.ts';

/** Mean effect of every gene of a plan on every goal and alternative the screen measured; the start is none: leaving it mirrors them. */
export interface StateMeans {
  states: string[];
  /** Shape: genes of the plan × states. */
  effects: Float64Array;
}

/** Mean effects over replicates, of one operator on each state with the read-out of the screen. */
export function stateMeans(screen: ScreenResult, operator: Operator): StateMeans {
  const { plan } = screen;
  const states = measuredStates(plan)
    .filter(({ role }) => role !== 'start')
    .map(({ name }) => name);
  const effects = new Float64Array(plan.genes.length * states.length);
  for (const [at, goal] of states.entries()) {
    const perReplicate = replicateEffects(screen, { operator, goal, readOut: plan.config.readOut });
    for (let gene = 0; gene < plan.genes.length; gene++)
      effects[gene * states.length + at] = rowMean(perReplicate, gene, plan.nReplicates);
  }
  return { states, effects };
}
