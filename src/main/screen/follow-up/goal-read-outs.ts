import type { CellEncoder } from '#genecompass/types.ts';
import { availableReadOuts } from '../run.ts';
import type { ReadOutTarget } from './effects-shard.ts';
import type { FollowedScreen } from './types.ts';

/** What a perturbed cell is measured by: the goals of the screen, as it measured them. */
export function goalReadOuts({ plan, centroids }: FollowedScreen, encoder: CellEncoder) {
  const { readOuts, goalClasses } = availableReadOuts(plan, encoder);
  const nGoals = plan.states.length - 1;
  const target: ReadOutTarget = {
    width: encoder.width,
    centroids,
    nGoals,
    readOuts,
    nClasses: encoder.classes?.length ?? 0,
    goalClasses,
  };
  return { readOuts, target, perCondition: nGoals * readOuts.length };
}

/** Names of the goals, in the order of the effects. */
export function goalNames({ plan }: FollowedScreen): string[] {
  return plan.states.slice(1).map(({ name }) => name);
}
