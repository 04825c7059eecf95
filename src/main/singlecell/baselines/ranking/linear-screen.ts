import { chunksOf, subsetCounts, type StepHook } from '../../count-source.ts';
import { logNormalised } from '../../expression/log-normalise.ts';
import { geneMoments } from '../../expression/moments.ts';
import { sampleOf } from '../../expression/sketch.ts';
import { truncatedSvd } from '../../expression/truncated-svd.ts';
import { sortedQuantile } from '../../statistics/quantile.ts';
import type { CountSource } from '../../types.ts';
import type { GroupExpression } from './group-expression.ts';

/** Principal components, the number most single-cell work takes. */
export const COMPONENTS = 30;
/** Leading components are settled by fewer cells than are prepared. */
const MOST_CELLS = 5_000;

/** Principal components of log-normalised cells. */
export interface Components {
  nComponents: number;
  /** Shape: genes × components; orthonormal columns. */
  loadings: Float64Array;
}

/** Principal components of some cells: log(1 + count per 10,000), centred, not scaled. */
export async function principalComponents(
  counts: CountSource,
  cells: Int32Array,
  { seed, nComponents = COMPONENTS, onCells }: { seed: number; nComponents?: number; onCells?: StepHook },
): Promise<Components> {
  const log = logNormalised(subsetCounts(counts, sampleOf(cells, MOST_CELLS, seed)));
  const { mean, variance } = await geneMoments(log);
  const scale = variance.map((value) => (value > 0 ? 1 : 0));
  const { loadings } = await truncatedSvd(log, { nComponents, seed, mean, scale, onCells });
  return { nComponents, loadings };
}

/**
 * How far a cell moves along start → goal in principal components when one gene alone is changed, per unit of its log
 * expression: (V d)_g with d = Vᵀ(goal mean − start mean), scaled to length 1.
 */
export function linearResponses(
  { logMeans, nGenes }: GroupExpression,
  start: number,
  goal: number,
  { nComponents, loadings }: Components,
): Float64Array {
  const direction = new Float64Array(nComponents);
  for (let gene = 0; gene < nGenes; gene++) {
    const difference = logMeans[goal * nGenes + gene] - logMeans[start * nGenes + gene];
    for (let k = 0; k < nComponents; k++) direction[k] += loadings[gene * nComponents + k] * difference;
  }
  const length = Math.hypot(...direction) || 1;
  return Float64Array.from({ length: nGenes }, (_, gene) => {
    let response = 0;
    for (let k = 0; k < nComponents; k++) response += loadings[gene * nComponents + k] * direction[k];
    return response / length;
  });
}

/** What a linear screen does to a gene. */
export type LinearChange = { kind: 'delete' } | { kind: 'raise'; doses: ArrayLike<number> };

/**
 * A screen without a model: mean shift of the start cells along start → goal when a gene is set to 0 or to its dose.
 *
 * A linear map answers every cell alike, so the mean change of the gene is all it needs. `doses`: log(1 + scaled count).
 */
export function linearScreen(
  expression: GroupExpression,
  start: number,
  goal: number,
  components: Components,
  change: LinearChange,
): Float64Array {
  const { nGenes, logMeans } = expression;
  return linearResponses(expression, start, goal, components).map((response, gene) => {
    const mean = logMeans[start * nGenes + gene];
    return response * (change.kind === 'delete' ? -mean : change.doses[gene] - mean);
  });
}

/** Percentile of log(1 + scaled count) of every gene among the cells that express it; 0 for a gene none of them does. */
export async function expressedPercentiles(
  counts: CountSource,
  cells: Int32Array,
  { seed, percentile }: { seed: number; percentile: number },
): Promise<Float64Array> {
  const log = logNormalised(subsetCounts(counts, sampleOf(cells, MOST_CELLS, seed)));
  const values: number[][] = Array.from({ length: counts.nGenes }, () => []);
  for (const chunk of chunksOf(log))
    for (let at = 0; at < chunk.data.length; at++)
      if (chunk.data[at] > 0) values[chunk.indices[at]].push(chunk.data[at]);
  return Float64Array.from(values, (seen) =>
    seen.length > 0 ? sortedQuantile(Float64Array.from(seen).sort(), percentile) : 0,
  );
}
