import { groupsOfReplicates } from './cell-groups.ts';
import type { ReadOut, ReferenceState, ScreenPlan } from './types.ts';

/** The goals of a plan, in the order of the configuration. */
export function goalStates(plan: ScreenPlan): ReferenceState[] {
  return plan.states.filter(({ role }) => role === 'goal');
}

/** The states effects are told for, in the order of the effects: the goals first. */
export function measuredStates(plan: ScreenPlan): ReferenceState[] {
  return plan.measured.map((state) => plan.states[state]);
}

/** Numbers kept of one gene in one cell. */
export function effectsPerGene(plan: ScreenPlan, readOuts: readonly ReadOut[]): number {
  return plan.measured.length * readOuts.length;
}

/** Where the effects on a state begin among those of one gene in one cell; −1 where the state is not measured. */
export function effectOffset(plan: ScreenPlan, readOuts: readonly ReadOut[], name: string): number {
  const at = plan.measured.findIndex((state) => plan.states[state].name === name);
  return at < 0 ? -1 : at * readOuts.length;
}

/** A plan of any version: older ones measured their goals only and told neither roles nor labels. */
export function currentPlan(stored: ScreenPlan): ScreenPlan {
  return {
    ...stored,
    states: stored.states.map((state, i) => ({
      ...state,
      role: state.role ?? (i === 0 ? 'start' : 'goal'),
      labels: state.labels ?? [state.name],
    })),
    startCellGroups:
      stored.startCellGroups ?? (stored.replicateUnit === 'donor' ? groupsOfReplicates(stored.replicates) : []),
    measured: stored.measured ?? stored.states.slice(1).map((_, i) => i + 1),
  };
}
