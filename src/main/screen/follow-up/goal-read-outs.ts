import type { CellEncoder } from '#genecompass/types.ts';
import { availableReadOuts } from '../run.ts';
import { goalStates } from '../states.ts';
import type { ReadOutTarget } from '../read-shifts.ts';
import type { FollowedScreen } from './types.ts';

/** What a perturbed cell is measured by: the goals of the screen, as it measured them. */
export function goalReadOuts({ plan, centroids }: FollowedScreen, encoder: CellEncoder) {
  const { readOuts, stateClasses } = availableReadOuts(plan, encoder);
  const goals = plan.measured.flatMap((state, i) => (plan.states[state].role === 'goal' ? [{ state, i }] : []));
  const target: ReadOutTarget = {
    width: encoder.width,
    centroids,
    states: goals.map(({ state }) => state),
    readOuts,
    nClasses: encoder.classes?.length ?? 0,
    classes: goals.map(({ i }) => stateClasses[i]),
  };
  return { readOuts, target, perCondition: goals.length * readOuts.length };
}

/** Names of the goals, in the order of the effects. */
export function goalNames({ plan }: FollowedScreen): string[] {
  return goalStates(plan).map(({ name }) => name);
}
