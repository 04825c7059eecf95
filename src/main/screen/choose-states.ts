import { ALTERNATIVES, type ScreenConfig } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { cellsOfState } from './labels.ts';
import type { ReferenceState, StateRole } from './types.ts';

/**
 * Start, goals and alternatives of a screen with all prepared cells of each; a name is that of a group or of a label.
 *
 * Alternatives are, unless named, all other labels with enough cells: the most frequent first, ties by name.
 * Throws: `not-found` for a state without cells, `invalid-input` where a group is called like a label, or where start,
 * goals and alternatives share cells.
 */
export function chooseStates(
  config: Pick<ScreenConfig, 'labelColumn' | 'stateGroups' | 'start' | 'goals' | 'alternatives'>,
  byLabel: Map<string, number[]>,
): ReferenceState[] {
  const { stateGroups } = config;
  for (const name of Object.keys(stateGroups))
    if (byLabel.has(name))
      throw new WorkbenchError(
        'invalid-input',
        `group "${name}": column "${config.labelColumn}" has a state of that name; give the group another name.`,
      );
  const state = (role: StateRole, name: string): ReferenceState => {
    const group = Object.hasOwn(stateGroups, name) ? [...new Set(stateGroups[name])] : null;
    const cells = (group ?? [name]).map((label) =>
      cellsOfState(byLabel, config.labelColumn, `${role} state${group ? ` "${name}"` : ''}`, label),
    );
    return {
      name,
      role,
      labels: group ?? [name],
      cells: cells.length === 1 ? cells[0] : cells.flat().sort((a, b) => a - b),
    };
  };
  const start = state('start', config.start);
  const goals = [...new Set(config.goals)].map((goal) => state('goal', goal));
  for (const goal of goals) refuseShared(goal, start, 'the start state', 'choose another goal');
  const chosen = [start, ...goals];
  const taken = new Set(chosen.flatMap(({ labels }) => labels));
  if (config.alternatives === 'none') return chosen;
  if (config.alternatives === 'all') {
    const others = [...byLabel]
      .filter(([label, cells]) => !taken.has(label) && cells.length >= ALTERNATIVES.fewestCells)
      .sort(([a, cellsOfA], [b, cellsOfB]) => cellsOfB.length - cellsOfA.length || (a < b ? -1 : 1));
    return [...chosen, ...others.slice(0, ALTERNATIVES.most).map(([label]) => state('alternative', label))];
  }
  const named = [...new Set(config.alternatives)].map((name) => state('alternative', name));
  for (const alternative of named)
    for (const one of chosen) refuseShared(alternative, one, `the ${one.role}`, 'leave it out of the alternatives');
  return [...chosen, ...named];
}

function refuseShared(state: ReferenceState, other: ReferenceState, what: string, next: string): void {
  const shared = state.labels.find((label) => other.labels.includes(label));
  if (shared === undefined) return;
  const fact =
    state.labels.length === 1 && other.labels.length === 1
      ? `it is also ${what}`
      : `it shares the label "${shared}" with ${what} "${other.name}"`;
  throw new WorkbenchError('invalid-input', `${state.role} state "${state.name}": ${fact}; ${next}.`);
}
