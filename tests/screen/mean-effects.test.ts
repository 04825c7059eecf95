import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { cellEffects, enoughTold, replicateEffects, rowMean } from '#screen/effects.ts';
import { meanEffects } from '#screen/mean-effects.ts';
import type { ScreenPlan, ScreenResult } from '#screen/types.ts';

const [nGenes, nCells, nReplicates] = [40, 9, 3];
const plan = {
  genes: Array.from({ length: nGenes }, (_, i) => ({ tokenId: i + 2 })),
  cells: Array.from({ length: nCells }, (_, i) => i),
  replicates: [0, 0, 0, 0, 1, 1, 1, 2, 2],
  nReplicates,
  states: [{ name: 'start' }, { name: 'goal' }, { name: 'other' }],
  measured: [1, 2],
  config: { readOut: 'probability-shift' },
} as unknown as ScreenPlan;

/** Effects of which a share is missing, gene by gene more. */
function made(stream: string): ScreenResult {
  const random = new CounterRandom(3, stream);
  const effects = Float32Array.from({ length: nGenes * nCells * 4 }, (_, i) =>
    random.uniform(i >> 2) < Math.floor(i / (4 * nCells)) / nGenes ? NaN : random.normal(i),
  );
  return { plan, readOuts: ['embedding-shift', 'probability-shift'], effects: { mask: effects } } as ScreenResult;
}

describe('mean effects', () => {
  const screen = made('a');
  const query = { operator: 'mask', goal: 'other', readOut: 'probability-shift' } as const;

  it('are those of all replicates, for genes that are ranked', () => {
    const perReplicate = replicateEffects(screen, query);
    const isTold = enoughTold(screen, cellEffects(screen, query), perReplicate);
    const told = plan.genes.map((_, row) => (isTold[row] ? rowMean(perReplicate, row, nReplicates) : NaN));
    expect(told.filter(Number.isNaN).length).toBeGreaterThan(2);
    expect(Array.from(meanEffects(screen, query))).toEqual(told);
  });

  it('are those of cells that another screen computed, for the genes asked for', () => {
    const computed = made('b');
    const all = screen.effects.mask!.map((x, i) => (Number.isNaN(computed.effects.mask![i]) ? NaN : x));
    const masked = meanEffects({ ...screen, effects: { mask: all } }, query);
    const found = meanEffects(screen, { ...query, rows: [1, 5, 30], computedIn: computed });
    expect(Array.from(found)).toEqual(Array.from(masked, (x, row) => ([1, 5, 30].includes(row) ? x : NaN)));
  });
});
