import { ALTERNATIVES, type ScreenConfig } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { cellsOfState } from './labels.ts';
import type { ReferenceState, StateRole } from './types.ts';

/**
 * Start, goals and alternatives of a screen with all prepared cells of each.
 *
 * Alternatives are, unless named, all other labels with enough cells: the most frequent first, ties by name.
 * Throws: `not-found` for a state without cells, `invalid-input` when one state is given two roles.
 */
export function chooseStates(
  config: Pick<ScreenConfig, 'labelColumn' | 'start' | 'goals' | 'alternatives'>,
  groups: Map<string, number[]>,
): ReferenceState[] {
  const { labelColumn, start } = config;
  const goals = [...new Set(config.goals)];
  if (goals.includes(start))
    throw new WorkbenchError(
      'invalid-input',
      `goal state "${start}": it is also the start state; choose another goal.`,
    );
  const state = (role: StateRole, name: string): ReferenceState => ({
    name,
    role,
    cells: cellsOfState(groups, labelColumn, `${role} state`, name),
  });
  const chosen = [state('start', start), ...goals.map((goal) => state('goal', goal))];
  const taken = new Set(chosen.map(({ name }) => name));
  if (config.alternatives === 'none') return chosen;
  if (config.alternatives === 'all') {
    const others = [...groups]
      .filter(([label, cells]) => !taken.has(label) && cells.length >= ALTERNATIVES.fewestCells)
      .sort(([a, cellsOfA], [b, cellsOfB]) => cellsOfB.length - cellsOfA.length || (a < b ? -1 : 1));
    return [...chosen, ...others.slice(0, ALTERNATIVES.most).map(([label]) => state('alternative', label))];
  }
  const named = [...new Set(config.alternatives)];
  const twice = named.find((name) => taken.has(name));
  if (twice !== undefined)
    throw new WorkbenchError(
      'invalid-input',
      `alternative state "${twice}": it is the start or a goal already; leave it out of the alternatives.`,
    );
  return [...chosen, ...named.map((name) => state('alternative', name))];
}
