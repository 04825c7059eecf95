import { CounterRandom } from '#shared/util/random.ts';
import type { ObsColumn, TokenSet } from '#singlecell/types.ts';
import { labelOf } from './labels.ts';

/**
 * Draws cells as evenly over donors as they allow: donors take turns, each giving its cells in a seeded order.
 *
 * Answer: rows of the token set, ascending. Note: cells without a donor form a group of their own.
 */
export function chooseCells(
  cells: readonly number[],
  tokens: TokenSet,
  donors: ObsColumn | null,
  options: { nCells: number; seed: number; stream: string },
): number[] {
  const random = new CounterRandom(options.seed, options.stream);
  const order = random.permutation(cells.length);
  const queues = new Map<string | null, number[]>();
  for (const position of order) {
    const cell = cells[position];
    const donor = donors ? labelOf(donors, tokens.cellIndex[cell]) : null;
    const queue = queues.get(donor);
    if (queue) queue.push(cell);
    else queues.set(donor, [cell]);
  }
  const turns = [...queues].sort(([a], [b]) => compareNullable(a, b)).map(([, queue]) => queue);
  const chosen: number[] = [];
  for (let round = 0; chosen.length < Math.min(options.nCells, cells.length); round++)
    for (const queue of turns) if (round < queue.length && chosen.length < options.nCells) chosen.push(queue[round]);
  return chosen.sort((a, b) => a - b);
}

/** Fewer donors than this and an interval over donors says nothing. */
export const FEWEST_DONORS = 3;

/** The replicate each cell belongs to: its donor where there are at least three, else the cell itself. */
export function replicatesOf(
  cells: readonly number[],
  tokens: TokenSet,
  donors: ObsColumn | null,
): { replicates: number[]; nReplicates: number; replicateUnit: 'donor' | 'cell'; nDonors: number } {
  const names = donors ? cells.map((cell) => labelOf(donors, tokens.cellIndex[cell])) : [];
  const distinct = [...new Set(names)].filter((name) => name !== null).sort();
  if (distinct.length < FEWEST_DONORS || names.includes(null)) {
    return {
      replicates: cells.map((_, i) => i),
      nReplicates: cells.length,
      replicateUnit: 'cell',
      nDonors: distinct.length,
    };
  }
  const replicates = names.map((name) => distinct.indexOf(name as string));
  return { replicates, nReplicates: distinct.length, replicateUnit: 'donor', nDonors: distinct.length };
}

function compareNullable(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
