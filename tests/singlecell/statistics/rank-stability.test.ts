import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { halfAgreement, rankStability } from '#singlecell/statistics/rank-stability.ts';

const random = new CounterRandom(2, 'rank-stability cells');
/** Noise; every cell is a replicate of its own. */
const cellsOf = (nGenes: number, nCells: number) => ({
  effects: Float64Array.from({ length: nGenes * nCells }, (_, i) => random.normal(i)),
  nGenes,
  nCells,
  replicates: Int32Array.from({ length: nCells }, (_, cell) => cell),
  nReplicates: nCells,
});

describe('ranks over new draws of the start cells', () => {
  it('look at the first half of few genes, at 50 of many, and at one at least', () => {
    const tops = [1, 3, 20, 100, 300].map((nGenes) => rankStability(cellsOf(nGenes, 4), 0).top);
    expect(tops).toEqual([1, 1, 10, 50, 50]);
    const halves = [3, 20, 200, 300].map((nGenes) => halfAgreement(cellsOf(nGenes, 4), 0)?.top);
    expect(halves).toEqual([1, 5, 50, 50]);
  });

  it('are drawn anew each time, cells as well as donors', () => {
    const { low, high, topShare, nDraws, top } = rankStability(cellsOf(20, 6), 1);
    expect(nDraws).toBe(100);
    expect(low.some((rank, gene) => rank < high[gene])).toBe(true);
    // In every draw as many genes are at the top as there are places.
    expect(topShare.reduce((sum, share) => sum + share, 0)).toBeCloseTo(top, 9);
  });

  it('are fewer where genes and cells are very many, 20 at least', () => {
    const big = cellsOf(100, 40_000);
    const { nDraws } = rankStability({ ...big, replicates: big.replicates.map((cell) => cell % 5), nReplicates: 5 }, 0);
    expect(nDraws).toBe(50);
  });
});
