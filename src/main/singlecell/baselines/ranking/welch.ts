import type { GroupExpression } from './group-expression.ts';

/**
 * Welch's t of log(1 + scaled count), goal minus start, per gene; 0 where neither group has any spread.
 *
 * Source: Welch 1947, Biometrika 34:28. Note: as a score for ordering; its p-value over cells would take cells of one
 * donor for independent.
 */
export function welchStatistics(expression: GroupExpression, start: number, goal: number): Float64Array {
  const { nGenes, nCells, logMeans, logVariances } = expression;
  return Float64Array.from({ length: nGenes }, (_, gene) => {
    const [a, b] = [start * nGenes + gene, goal * nGenes + gene];
    const error = Math.sqrt(logVariances[a] / Math.max(1, nCells[start]) + logVariances[b] / Math.max(1, nCells[goal]));
    return error > 0 ? (logMeans[b] - logMeans[a]) / error : 0;
  });
}
