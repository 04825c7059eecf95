import { describe, expect, test } from 'vitest';
import { classicalView } from '#singlecell/classical/classical-view.ts';
import { scranSession } from '#singlecell/classical/scran-session.ts';
import { makeCells } from '#tests/support/make-cells.ts';
import { joinCells, sharedCells, sharedCellsPath } from '#tests/support/shared-cells.ts';

const cells = makeCells({ nCells: 360, nGenes: 200, states: ['stem', 'myeloid', 'lymphoid'] });
const keep = new Uint8Array(360).fill(1);
keep[5] = 0;
const options = { nComponents: 5, umapEpochs: 100 };
const states = cells.obs[0].kind === 'categorical' ? cells.obs[0].codes : new Int32Array();

describe('classicalView', () => {
  test('arrays follow the kept cells, clusters agree with the made states, and a second run gives the same', async () => {
    const steps: string[] = [];
    const view = await classicalView(cells, keep, { ...options, onStep: (step) => void steps.push(step) });
    expect(view.cells.length).toBe(359);
    expect(view.cells.includes(5)).toBe(false);
    expect(view.pca.length).toBe(359 * 5);
    expect(view.layout.length).toBe(359 * 2);
    expect(view.layout.every(Number.isFinite)).toBe(true);
    expect(view.varianceExplained[0]).toBeGreaterThan(view.varianceExplained[4]);
    expect(view.clusters).toBeInstanceOf(Int32Array);
    expect(purity(Array.from(view.cells, (cell, i) => [view.clusters[i], states[cell]]))).toBeGreaterThan(0.85);
    expect(view.warnings).toEqual([]);
    expect(new Set(steps)).toEqual(new Set(['components', 'neighbours', 'layout']));
    expect(await classicalView(cells, keep, options)).toEqual(view);
  });

  test('of more cells or counts than allowed a sample is computed, and the others land in the clusters of their state', async () => {
    const byCells = await classicalView(cells, keep, { ...options, maxCells: 100 });
    expect(byCells.cells).toEqual(Int32Array.from({ length: 360 }, (_, i) => i).filter((i) => i !== 5));
    expect(byCells.isPlaced.reduce((sum, one) => sum + one, 0)).toBe(259);
    expect(byCells.layout.length).toBe(2 * 359);
    expect(byCells.layout.every(Number.isFinite)).toBe(true);
    expect(byCells.warnings).toEqual([expect.stringContaining('100 of 359 cells')]);
    const placed = Array.from(byCells.cells.keys()).filter((i) => byCells.isPlaced[i] === 1);
    expect(purity(placed.map((i) => [byCells.clusters[i], states[byCells.cells[i]]]))).toBeGreaterThan(0.8);
    const byValues = await classicalView(cells, keep, { ...options, maxValues: 10_000 });
    expect(byValues.isPlaced.filter((one) => one === 0).length).toBeLessThan(110);
    expect(byValues.warnings.length).toBe(1);
  });

  test('refuses too few cells', async () => {
    const few = keep.map((_, cell) => (cell < 4 ? 1 : 0));
    await expect(classicalView(cells, few)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('an error thrown by the hook passes through, and the next session still works', async () => {
    const stop = () => {
      throw new Error('stopped');
    };
    await expect(classicalView(cells, keep, { ...options, onStep: stop })).rejects.toThrow('stopped');
    expect(await scranSession(async (scran) => scran.heapSize() > 0)).toBe(true);
  });
});

const [pbmc3k, pbmc1k] = [sharedCellsPath('pbmc3k_human'), sharedCellsPath('tenx_1k_PBMC_v3_filt_human')];
const isAbsent = !pbmc3k || !pbmc1k;

describe.skipIf(isAbsent)(
  `on blood cells${isAbsent ? ' (skipped: ../shared/data is absent)' : ''}`,
  { timeout: 180_000 },
  () => {
    test('pbmc3k: components are those of the singular values by numpy, and placed cells fall where their type is', async () => {
      const cells = await sharedCells(pbmc3k!, ['cell_type']);
      const view = await classicalView(cells, new Uint8Array(2700).fill(1), { umapEpochs: 1 });
      // numpy.linalg.svd of the centred log2 matrix of the same 2,000 genes: shares of variance.
      [0.1308678, 0.04087432, 0.02922157, 0.01359034, 0.01042318].forEach((share, i) =>
        expect(view.varianceExplained[i]).toBeCloseTo(share, 7),
      );
      const [types] = cells.obs;
      if (types.kind !== 'categorical') throw new Error('no types');
      const sketch = await classicalView(cells, new Uint8Array(2700).fill(1), { umapEpochs: 1, maxCells: 1500 });
      const pairs = (wanted: number) =>
        Array.from(sketch.cells, (cell, i): [number, number] => [sketch.clusters[i], types.codes[cell]]).filter(
          (_, i) => sketch.isPlaced[i] === wanted,
        );
      expect(pairs(1)).toHaveLength(1200);
      expect(purity(pairs(1))).toBeGreaterThan(purity(pairs(0)) - 0.03);
      // A component of a placed cell is what it is when computed, up to the sign and the sample.
      const first = Array.from(sketch.cells.keys()).filter((i) => sketch.isPlaced[i] === 1);
      const both = first.map((i) => [sketch.pca[i * 25], view.pca[sketch.cells[i] * 25]]);
      expect(Math.abs(correlation(both))).toBeGreaterThan(0.99);
    });

    test('two chemistries: correction mixes them', async () => {
      const joined = joinCells([await sharedCells(pbmc3k!), await sharedCells(pbmc1k!)]);
      const { mixing, clusters, layoutBefore } = await classicalView(
        joined.cells,
        new Uint8Array(joined.batches.length).fill(1),
        { umapEpochs: 1, batches: joined.batches },
      );
      expect(mixing).toMatchObject({ nBatches: 2, nNeighbours: 15, labelBefore: null });
      expect(mixing!.before).toBeLessThan(0.2);
      expect(mixing!.after).toBeGreaterThan(0.8);
      expect(layoutBefore).toHaveLength(2 * joined.batches.length);
      const ofSecond = new Set(clusters.filter((_, cell) => joined.batches[cell] === 1));
      const ofFirst = new Set(clusters.filter((_, cell) => joined.batches[cell] === 0));
      expect([...ofFirst].filter((cluster) => ofSecond.has(cluster)).length).toBeGreaterThan(ofFirst.size - 2);
    });
  },
);

function correlation(pairs: number[][]): number {
  const mean = (at: number) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length;
  const [a, b] = [mean(0), mean(1)];
  const sum = (value: (pair: number[]) => number) => pairs.reduce((total, pair) => total + value(pair), 0);
  return sum(([x, y]) => (x - a) * (y - b)) / Math.sqrt(sum(([x]) => (x - a) ** 2) * sum(([, y]) => (y - b) ** 2));
}

/** Share of cells that have the most frequent state of their cluster. */
function purity(cells: [cluster: number, state: number][]): number {
  const table = new Map<number, Map<number, number>>();
  for (const [cluster, state] of cells) {
    const row = table.get(cluster) ?? new Map<number, number>();
    table.set(cluster, row.set(state, (row.get(state) ?? 0) + 1));
  }
  return [...table.values()].reduce((sum, row) => sum + Math.max(...row.values()), 0) / cells.length;
}
