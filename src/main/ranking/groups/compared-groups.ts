import type { GroupTest } from '#shared/domain/group-effect.ts';
import type { ScreenPlan, StartCellGroup } from '#screen/types.ts';

/** Fewer donors than this on a side, or that have cells in both, tell nothing of other donors. */
export const FEWEST_DONORS = 3;
/** Fewer cells than this on a side: below it skewed effects pass for differences (ADR 0053). */
export const FEWEST_CELLS = 5;

/** A group of the start cells, what its mean is taken over, and what it is compared with. */
export interface ComparedGroup {
  group: StartCellGroup;
  /** What the mean of the group is taken over: the cells of each donor, or each cell by itself. */
  units: number[][];
  test: GroupTest | null;
  /** Unit of this group and of the other groups of its kind; side by side for `paired-donors`. */
  own: number[][];
  others: number[][];
}

/** How each group of the start cells is told and compared, which depends on who gave its cells and never on their effects. */
export function comparedGroups(
  plan: Pick<ScreenPlan, 'startCellGroups' | 'replicates' | 'replicateUnit'>,
): ComparedGroup[] {
  const byDonor = plan.replicateUnit === 'donor';
  const unitsOf = (cells: readonly number[]): Map<number, number[]> => {
    const units = new Map<number, number[]>();
    for (const cell of cells) {
      const unit = byDonor ? plan.replicates[cell] : cell;
      units.set(unit, [...(units.get(unit) ?? []), cell]);
    }
    return units;
  };
  return plan.startCellGroups.map((group) => {
    const units = group.kind === 'donor' ? group.cells.map((cell) => [cell]) : [...unitsOf(group.cells).values()];
    const none = { group, units, test: null, own: [], others: [] };
    if (group.kind === 'donor') return none;
    const rest = plan.startCellGroups.filter(({ kind, name }) => kind === group.kind && name !== group.name);
    const [own, others] = [unitsOf(group.cells), unitsOf(rest.flatMap(({ cells }) => cells))];
    if (!byDonor)
      return Math.min(own.size, others.size) < FEWEST_CELLS
        ? none
        : { group, units, test: 'cells', own: [...own.values()], others: [...others.values()] };
    const both = [...own.keys()].filter((donor) => others.has(donor));
    if (both.length >= FEWEST_DONORS) {
      const side = (cells: Map<number, number[]>) => both.map((donor) => cells.get(donor) as number[]);
      return { group, units, test: 'paired-donors', own: side(own), others: side(others) };
    }
    return Math.min(own.size, others.size) < FEWEST_DONORS
      ? none
      : { group, units, test: 'donors', own: [...own.values()], others: [...others.values()] };
  });
}
