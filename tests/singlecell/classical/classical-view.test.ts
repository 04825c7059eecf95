import { describe, expect, test } from 'vitest';
import { classicalView } from '#singlecell/classical/classical-view.ts';
import { scranSession } from '#singlecell/classical/scran-session.ts';
import { makeCells } from '#tests/support/make-cells.ts';

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

/** Share of cells that have the most frequent state of their cluster. */
function purity(cells: [cluster: number, state: number][]): number {
  const table = new Map<number, number[]>();
  for (const [cluster, state] of cells) {
    const row = table.get(cluster) ?? [0, 0, 0];
    row[state]++;
    table.set(cluster, row);
  }
  return [...table.values()].reduce((sum, row) => sum + Math.max(...row), 0) / cells.length;
}
