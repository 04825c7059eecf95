import type { Operator } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { effectOffset, effectsPerGene, measuredStates } from './states.ts';
import type { ReadOut, ScreenResult } from './types.ts';

/** A mean over fewer start cells is luck. */
export const FEWEST_CELLS = 3;
export const FEWEST_REPLICATES = 2;

export interface EffectQuery {
  /** `rank-shift` is what `remove` does beyond `mask`. */
  operator: Operator | 'rank-shift';
  /** The state the shift is told towards: a goal, and the start or an alternative as well. */
  goal: string;
  readOut: ReadOut;
}

/** Effects of one operator on one state. Shape: genes × cells; NaN where the operator has no meaning in the cell. */
export function cellEffects(screen: ScreenResult, query: EffectQuery): Float64Array {
  if (query.operator === 'rank-shift') {
    const removed = cellEffects(screen, { ...query, operator: 'remove' });
    const masked = cellEffects(screen, { ...query, operator: 'mask' });
    return removed.map((effect, i) => effect - masked[i]);
  }
  const { plan, readOuts } = screen;
  const effects = screen.effects[query.operator];
  if (!effects)
    throw new WorkbenchError(
      'not-found',
      `operator "${query.operator}": the screen did not run it; choose one of: ${plan.operators.join(', ')}.`,
    );
  const offset = effectOffset(plan, readOuts, query.goal);
  if (offset < 0)
    throw new WorkbenchError(
      'not-found',
      `goal state "${query.goal}": the screen did not measure it; choose one of: ${measuredStates(plan)
        .map(({ name }) => name)
        .join(', ')}.`,
    );
  const readOut = readOuts.indexOf(query.readOut);
  if (readOut < 0)
    throw new WorkbenchError(
      'not-found',
      `read-out "${query.readOut}": the screen has none; choose one of: ${readOuts.join(', ')}.`,
    );
  const stride = effectsPerGene(plan, readOuts);
  const told = new Float64Array(plan.genes.length * plan.cells.length);
  for (let i = 0, at = offset + readOut; i < told.length; i++, at += stride) told[i] = effects[at];
  return told;
}

/** Mean effect within each replicate. Shape: genes × replicates; NaN where no cell of the replicate tells. */
export function replicateEffects(screen: ScreenResult, query: EffectQuery): Float64Array {
  const { genes, cells, replicates, nReplicates } = screen.plan;
  const perCell = cellEffects(screen, query);
  const means = new Float64Array(genes.length * nReplicates);
  const counts = new Int32Array(genes.length * nReplicates);
  for (let gene = 0; gene < genes.length; gene++) {
    for (let cell = 0; cell < cells.length; cell++) {
      const effect = perCell[gene * cells.length + cell];
      if (Number.isNaN(effect)) continue;
      const at = gene * nReplicates + replicates[cell];
      means[at] += effect;
      counts[at]++;
    }
  }
  for (let at = 0; at < means.length; at++) means[at] = counts[at] > 0 ? means[at] / counts[at] : NaN;
  return means;
}

/** Mean over the finite numbers of one row; NaN where there is none. */
export function rowMean(values: ArrayLike<number>, row: number, width: number): number {
  let sum = 0;
  let n = 0;
  for (let i = row * width; i < (row + 1) * width; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i];
    n++;
  }
  return n > 0 ? sum / n : NaN;
}

/** Finite numbers in one row. */
export function countFinite(values: ArrayLike<number>, row: number, width: number): number {
  let n = 0;
  for (let i = row * width; i < (row + 1) * width; i++) if (!Number.isNaN(values[i])) n++;
  return n;
}

/** Whether enough start cells and replicates tell of each gene of the plan. */
export function enoughTold(
  { plan }: ScreenResult,
  perCell: ArrayLike<number>,
  perReplicate: ArrayLike<number>,
): boolean[] {
  const { cells, nReplicates } = plan;
  return plan.genes.map(
    (_, gene) =>
      countFinite(perCell, gene, cells.length) >= Math.min(FEWEST_CELLS, cells.length) &&
      countFinite(perReplicate, gene, nReplicates) >= Math.min(FEWEST_REPLICATES, nReplicates),
  );
}
