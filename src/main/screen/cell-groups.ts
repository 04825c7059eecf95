import type { ObsColumn, TokenSet } from '#singlecell/types.ts';
import { labelOf } from './labels.ts';
import type { ReferenceState, StartCellGroup } from './types.ts';

/** More groups of one kind than this are not told one by one; the largest are. */
const MOST_GROUPS = 50;

/**
 * Groups of the start cells that effects are also told for: donors, the labels of a start that is a group, sub-groups.
 *
 * Donors are told by number, never by name: the number of their category, as on the pages of the dataset.
 */
export function startCellGroups(
  cells: readonly number[],
  tokens: TokenSet,
  start: ReferenceState,
  columns: { labels: ObsColumn; donors: ObsColumn | null; subgroups: ObsColumn | null },
): StartCellGroup[] {
  const groups: StartCellGroup[] = [];
  const labelled = (column: ObsColumn) => cells.map((cell) => labelOf(column, tokens.cellIndex[cell]));
  if (columns.donors) {
    const numberOf = donorNumbers(columns.donors);
    const numbers = labelled(columns.donors).map((name) => (name === null ? null : numberOf(name)));
    groups.push(...split('donor', numbers, (number) => String(number)));
  }
  if (start.labels.length > 1) groups.push(...split('label', labelled(columns.labels)));
  if (columns.subgroups) groups.push(...split('subgroup', labelled(columns.subgroups)));
  return groups;
}

/** Groups of a screen that told none: its donors where they are the replicate, numbered in its own order. */
export function groupsOfReplicates(replicates: readonly number[]): StartCellGroup[] {
  return split('donor', replicates, (replicate) => String(replicate + 1));
}

function split<T extends string | number>(
  kind: StartCellGroup['kind'],
  values: readonly (T | null)[],
  nameOf: (value: T) => string = String,
): StartCellGroup[] {
  const ordinals = new Map<T, number[]>();
  values.forEach((value, ordinal) => {
    if (value === null) return;
    const group = ordinals.get(value);
    if (group) group.push(ordinal);
    else ordinals.set(value, [ordinal]);
  });
  const compare = (a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
  return [...ordinals]
    .sort(([a, inA], [b, inB]) => inB.length - inA.length || compare(a, b))
    .slice(0, MOST_GROUPS)
    .sort(([a], [b]) => compare(a, b))
    .map(([value, cellsOfGroup]) => ({ kind, name: nameOf(value), cells: cellsOfGroup }));
}

function donorNumbers(donors: ObsColumn): (name: string) => number {
  const rows = Array.from({ length: 'codes' in donors ? 0 : donors.values.length }, (_, row) => labelOf(donors, row));
  const names =
    donors.kind === 'categorical' ? donors.categories : [...new Set(rows)].filter((name) => name !== null).sort();
  const numbers = new Map(names.map((name, i) => [name, i + 1]));
  return (name) => numbers.get(name)!;
}
