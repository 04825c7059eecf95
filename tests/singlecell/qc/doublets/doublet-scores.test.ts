import { beforeAll, describe, expect, test } from 'vitest';
import { doubletScores, LEAST_CELLS, type DoubletScores } from '#singlecell/qc/doublets/doublet-scores.ts';
import { makeCells } from '#tests/support/make-cells.ts';
import { areaUnderCurve, plantDoublets, precisionAmongAsMany } from '#tests/support/plant.ts';
import { ZHENG_PATH, zhengCells } from '#tests/support/zheng-cells.ts';

const MINUTES = 180_000;
const OPTIONS = { expectedRate: 0.05, simulatedRatio: 2, maxReferenceCells: 10_000, seed: 0 };
const allOf = (nCells: number) => Int32Array.from({ length: nCells }, (_, cell) => cell);

/** Simulated neighbours of a score: the formula of the score, turned round. */
function neighboursOf(score: number, nNeighbours: number): number {
  const rate = OPTIONS.expectedRate / OPTIONS.simulatedRatio;
  const q = (score * (1 - OPTIONS.expectedRate)) / (rate + score * (1 - OPTIONS.expectedRate - rate));
  return q * (nNeighbours + 2) - 1;
}

describe.skipIf(!ZHENG_PATH)(
  'planted doublets among 3,874 sorted blood cells (skipped where ../shared/data is absent)',
  () => {
    let planted: ReturnType<typeof plantDoublets>;
    let found: DoubletScores;

    beforeAll(async () => {
      const cells = await zhengCells(ZHENG_PATH!);
      const states = cells.obs[0] as { codes: Int32Array };
      planted = plantDoublets(cells.counts, states.codes, 0.05);
      found = await doubletScores(planted.counts, allOf(planted.counts.nCells), OPTIONS);
    }, MINUTES);

    test('are told from single cells: AUC .987, precision .77 among as many cells', () => {
      expect(areaUnderCurve(found.scores, planted.nPlanted)).toBeGreaterThan(0.985);
      expect(precisionAmongAsMany(found.scores, planted.nPlanted)).toBeGreaterThan(0.75);
    });

    test('have the scores of an independent numpy 1.24.2 and scipy 1.10.1 program with exact components', () => {
      // reference_doublets.py: AUC 0.98767, precision 0.79381; simulated neighbours of 96 of the cells named.
      expect(areaUnderCurve(found.scores, planted.nPlanted)).toBeCloseTo(0.98767, 2);
      const shown = [0, 500, 1000, 1500, 2000, 2500, 3000, 3500, 3874, 3924, 3974, 4024];
      const golden = [21, 66, 31, 14, 6, 17, 10, 26, 96, 88, 93, 89];
      const ours = shown.map((cell) => neighboursOf(found.scores[cell], 96));
      const differences = ours.map((n, i) => Math.abs(n - golden[i]));
      expect(Math.max(...differences)).toBeLessThanOrEqual(6);
      const mean = found.scores.reduce((sum, score) => sum + neighboursOf(score, 96), 0) / found.scores.length;
      expect(Math.abs(mean - 39.938)).toBeLessThan(0.5);
    });

    test('are found as well where a sample of 1,500 cells stands for all', { timeout: MINUTES }, async () => {
      const cells = allOf(planted.counts.nCells);
      const sketched = await doubletScores(planted.counts, cells, { ...OPTIONS, maxReferenceCells: 1500 });
      expect(sketched.nReference).toBe(1500);
      expect(sketched.scores.some(Number.isNaN)).toBe(false);
      expect(areaUnderCurve(sketched.scores, planted.nPlanted)).toBeGreaterThan(0.975);
    });
  },
);

describe('doublet scores', () => {
  const cells = makeCells({ nCells: 400, nGenes: 200, states: ['a', 'b', 'c'], seed: 3 });

  test('are the same again with the same seed, whatever other cells lie between', async () => {
    const first = await doubletScores(cells.counts, allOf(400), OPTIONS);
    const again = await doubletScores(cells.counts, allOf(400), OPTIONS);
    expect(again.scores).toEqual(first.scores);
    const other = await doubletScores(cells.counts, allOf(400), { ...OPTIONS, seed: 1 });
    expect(other.scores).not.toEqual(first.scores);
    const half = Int32Array.from({ length: 200 }, (_, i) => 2 * i);
    expect((await doubletScores(cells.counts, half, OPTIONS)).scores).toHaveLength(200);
  });

  test('lie between 0 and 1 and say how far they are', async () => {
    const seen: number[] = [];
    const { scores, simulated } = await doubletScores(cells.counts, allOf(400), {
      ...OPTIONS,
      maxReferenceCells: 150,
      onCells: (done, total) => void seen.push(done / total),
    });
    for (const score of [...scores, ...simulated]) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThan(1);
    }
    expect(simulated).toHaveLength(300);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test('need a hundred cells', async () => {
    await expect(doubletScores(cells.counts, allOf(LEAST_CELLS - 1), OPTIONS)).rejects.toThrow(RangeError);
  });
});
