import { cellEffects, type EffectQuery } from './effects.ts';
import type { ScreenResult, StartCellGroup } from './types.ts';

/** Effects within groups of the start cells. */
export interface GroupEffects {
  groups: readonly StartCellGroup[];
  /** Mean over the cells of the group. Shape: genes × groups; NaN where no cell of the group tells. */
  effects: Float32Array;
  /** Cells of the group that tell. Shape: genes × groups. */
  nCells: Int32Array;
}

/** Effects of one operator on one state for every donor, label and sub-group of the start cells. */
export function groupEffects(screen: ScreenResult, query: EffectQuery): GroupEffects {
  const { genes, cells, startCellGroups: groups } = screen.plan;
  const perCell = cellEffects(screen, query);
  const effects = new Float32Array(genes.length * groups.length).fill(NaN);
  const nCells = new Int32Array(effects.length);
  for (let gene = 0; gene < genes.length; gene++) {
    for (const [g, group] of groups.entries()) {
      const told = group.cells
        .map((cell) => perCell[gene * cells.length + cell])
        .filter((effect) => !Number.isNaN(effect));
      const at = gene * groups.length + g;
      nCells[at] = told.length;
      if (told.length > 0) effects[at] = told.reduce((sum, effect) => sum + effect, 0) / told.length;
    }
  }
  return { groups, effects, nCells };
}
