import type { Operator } from '#shared/domain/screen.ts';
import { FEWEST_CELLS, FEWEST_REPLICATES } from './effects.ts';
import { effectOffset, effectsPerGene } from './states.ts';
import type { ScreenResult } from './types.ts';

export interface MeanQuery {
  operator: Operator;
  goal: string;
  /** Rows of `plan.genes`; all where not given. */
  rows?: readonly number[];
  /** Takes only the cells in which this screen has an effect of the gene. */
  computedIn?: ScreenResult;
}

/**
 * Mean over replicates of the effect of each gene, by the read-out of the configuration; NaN where too few cells tell of it,
 * as such genes are not ranked.
 *
 * Note: the numbers of `replicateEffects`, `enoughTold` and `rowMean` without an array of genes × cells for each call.
 */
export function meanEffects(screen: ScreenResult, { operator, goal, rows, computedIn }: MeanQuery): Float64Array {
  const { plan, readOuts } = screen;
  const { cells, replicates, nReplicates } = plan;
  const perGene = effectsPerGene(plan, readOuts);
  const offset = effectOffset(plan, readOuts, goal) + readOuts.indexOf(plan.config.readOut);
  const all = screen.effects[operator]!;
  const computed = computedIn?.effects[operator] ?? all;
  const fewestCells = Math.min(FEWEST_CELLS, cells.length);
  const fewestReplicates = Math.min(FEWEST_REPLICATES, nReplicates);
  const sums = new Float64Array(nReplicates);
  const counts = new Int32Array(nReplicates);
  const means = new Float64Array(plan.genes.length).fill(NaN);
  for (const row of rows ?? plan.genes.keys()) {
    let nCells = 0;
    sums.fill(0);
    counts.fill(0);
    for (let cell = 0, at = row * cells.length * perGene + offset; cell < cells.length; cell++, at += perGene) {
      if (Number.isNaN(all[at]) || Number.isNaN(computed[at])) continue;
      sums[replicates[cell]] += all[at];
      counts[replicates[cell]]++;
      nCells++;
    }
    if (nCells < fewestCells) continue;
    let [sum, n] = [0, 0];
    for (let replicate = 0; replicate < nReplicates; replicate++) {
      if (counts[replicate] === 0) continue;
      sum += sums[replicate] / counts[replicate];
      n++;
    }
    if (n >= fewestReplicates) means[row] = sum / n;
  }
  return means;
}
