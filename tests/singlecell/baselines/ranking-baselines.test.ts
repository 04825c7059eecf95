import { describe, expect, it } from 'vitest';
import { memoryCounts } from '#singlecell/count-source.ts';
import { groupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import {
  coExpressionProjection,
  detectionDifferences,
  log2FoldChanges,
  randomScores,
  startExpression,
} from '#singlecell/baselines/ranking/scores.ts';

/** Two start cells, two goal cells, one of no group; three genes. */
const counts = memoryCounts({
  nGenes: 3,
  indptr: [0, 2, 3, 5, 6, 7],
  indices: Int32Array.of(0, 1, 0, 0, 2, 2, 1),
  data: Float32Array.of(1, 3, 5, 2, 2, 7, 100),
});
const expression = await groupExpression(counts, [0, 0, 1, 1, -1], 2);

describe('expression in groups', () => {
  it('averages counts scaled to 10,000 per cell, by group', () => {
    expect([...expression.nCells]).toEqual([2, 2]);
    expect([...expression.means]).toEqual([6250, 3750, 0, 2500, 0, 7500]);
    expect([...expression.fractions]).toEqual([1, 0.5, 0, 0.5, 0, 1]);
    expect(expression.logMeans[1]).toBeCloseTo(Math.log1p(7500) / 2, 12);
  });

  it('makes the simple scores', () => {
    expect([...log2FoldChanges(expression, 0, 1)]).toEqual([
      Math.log2(2500.05 / 6250.05),
      Math.log2(0.05 / 3750.05),
      Math.log2(7500.05 / 0.05),
    ]);
    expect([...startExpression(expression, 0)]).toEqual([6250, 3750, 0]);
    expect([...detectionDifferences(expression, 0, 1)]).toEqual([-0.5, -0.5, 1]);
  });

  it('projects a gene on what the goal has more of', () => {
    const vectors = Float32Array.of(9, 9, 1, 0, 1, 0, 0, 1);
    const projection = coExpressionProjection(expression, 0, 1, { width: 2, vectors, rowOfGene: [1, 2, 3] });
    // Direction: genes 0 and 1 lose along the first axis, gene 2 gains along the second.
    const { logMeans } = expression;
    const [x, y] = [logMeans[3] - logMeans[0] + logMeans[4] - logMeans[1], logMeans[5] - logMeans[2]];
    expect(projection[0]).toBeCloseTo(x / Math.hypot(x, y), 12);
    expect(projection[2]).toBeCloseTo(y / Math.hypot(x, y), 12);
    expect(coExpressionProjection(expression, 0, 1, { width: 2, vectors, rowOfGene: [1, -1, 3] })[1]).toBeNaN();
  });

  it('draws random scores by gene, not by place', () => {
    expect([...randomScores([5, 9], 1)]).toEqual([...randomScores([9, 5], 1)].reverse());
    expect(randomScores([5], 1)).not.toEqual(randomScores([5], 2));
  });
});
