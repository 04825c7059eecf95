import { chunksOf, type StepHook } from '#singlecell/count-source.ts';
import type { CountSource } from '#singlecell/types.ts';

/** Counts every cell is scaled to before groups are compared. */
export const LIBRARY_SIZE = 10_000;

/** Expression of each gene in groups of cells. Shape of every array: groups × genes. */
export interface GroupExpression {
  nGroups: number;
  nGenes: number;
  nCells: Int32Array;
  /** Mean of counts scaled to 10,000 per cell. */
  means: Float64Array;
  /** Mean of log(1 + scaled count), natural logarithm. */
  logMeans: Float64Array;
  /** Variance of log(1 + scaled count) between cells, over n − 1; 0 for a single cell. */
  logVariances: Float64Array;
  /** Share of the cells with a count, 0 to 1. */
  fractions: Float64Array;
}

/**
 * Streams over the counts once and averages them in groups.
 *
 * `groupOfCell`: 0 to nGroups − 1, or −1 for a cell of no group. A cell without counts still counts as a cell of its
 * group.
 */
export async function groupExpression(
  counts: CountSource,
  groupOfCell: ArrayLike<number>,
  nGroups: number,
  onCells?: StepHook,
): Promise<GroupExpression> {
  const { nGenes } = counts;
  const nCells = new Int32Array(nGroups);
  const means = new Float64Array(nGroups * nGenes);
  const logMeans = new Float64Array(nGroups * nGenes);
  const fractions = new Float64Array(nGroups * nGenes);
  const logSquares = new Float64Array(nGroups * nGenes);
  for (const chunk of chunksOf(counts)) {
    for (let cell = 0; cell < chunk.nCells; cell++) {
      const group = groupOfCell[chunk.start + cell];
      if (group < 0) continue;
      nCells[group]++;
      const [from, to] = [chunk.indptr[cell], chunk.indptr[cell + 1]];
      let total = 0;
      for (let i = from; i < to; i++) total += chunk.data[i];
      if (total === 0) continue;
      for (let i = from; i < to; i++) {
        if (chunk.data[i] === 0) continue;
        const scaled = (chunk.data[i] / total) * LIBRARY_SIZE;
        const at = group * nGenes + chunk.indices[i];
        means[at] += scaled;
        const log = Math.log1p(scaled);
        logMeans[at] += log;
        logSquares[at] += log * log;
        fractions[at]++;
      }
    }
    await onCells?.(chunk.start + chunk.nCells, counts.nCells);
  }
  for (let group = 0; group < nGroups; group++) {
    const n = Math.max(1, nCells[group]);
    for (let at = group * nGenes; at < (group + 1) * nGenes; at++) {
      means[at] /= n;
      logMeans[at] /= n;
      fractions[at] /= n;
      logSquares[at] = n > 1 ? Math.max(0, logSquares[at] - n * logMeans[at] ** 2) / (n - 1) : 0;
    }
  }
  return { nGroups, nGenes, nCells, means, logMeans, logVariances: logSquares, fractions };
}
