import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ObsColumn, TokenSet } from '#singlecell/types.ts';

/** The label of one cell as text; null where it is missing. */
export function labelOf(column: ObsColumn, row: number): string | null {
  switch (column.kind) {
    case 'categorical':
      return column.codes[row] < 0 ? null : column.categories[column.codes[row]];
    case 'number':
      return Number.isNaN(column.values[row]) ? null : String(column.values[row]);
    case 'boolean':
      return column.values[row] < 0 ? null : column.values[row] === 1 ? 'true' : 'false';
    case 'text':
      return column.values[row];
  }
}

/** Prepared cells of each label (rows of the token set, ascending); labels in alphabetical order. */
export function cellsByLabel(tokens: TokenSet, column: ObsColumn): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let cell = 0; cell < tokens.nCells; cell++) {
    const label = labelOf(column, tokens.cellIndex[cell]);
    if (label === null) continue;
    const group = groups.get(label);
    if (group) group.push(cell);
    else groups.set(label, [cell]);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The prepared cells of one state.
 *
 * Throws: `not-found` with the labels that are there.
 */
export function cellsOfState(groups: Map<string, number[]>, column: string, role: string, label: string): number[] {
  const cells = groups.get(label);
  if (cells) return cells;
  const labels = [...groups.keys()];
  const shown = labels.slice(0, 30).join(', ');
  const more = labels.length > 30 ? ` and ${labels.length - 30} more` : '';
  throw new WorkbenchError(
    'not-found',
    labels.length === 0
      ? `${role} "${label}": column "${column}" names no prepared cell at all; choose another cell-state column.`
      : `${role} "${label}": no prepared cell of column "${column}" carries this label; choose one of: ${shown}${more}.`,
    { details: { label, column, available: labels } },
  );
}
