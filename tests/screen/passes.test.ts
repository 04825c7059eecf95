import { describe, expect, it } from 'vitest';
import { eachPass, passesByCell } from '#screen/passes.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen } from '#screen/run.ts';
import { perturb } from '#screen/shard.ts';
import { Operator, ScreenConfig } from '#shared/domain/screen.ts';
import { cellTokens, withDepths } from '#singlecell/perturb/dose.ts';
import { FakeEncoder, plantedVectors } from './fake-encoder.ts';
import { screenConfig } from './make-screen.ts';
import { makeTokenSet } from './make-token-set.ts';

const world = makeTokenSet({ nCells: 60, nGenes: 80, seed: 3 });
const plan = (changes: Partial<ScreenConfig>, maxLength = 64) =>
  planScreen({
    ...world,
    config: screenConfig({
      goals: ['monocyte'],
      genes: 'all',
      minDetections: 1,
      nCells: 12,
      ...changes,
    }),
    maxLength,
  });

describe('the passes a screen needs', () => {
  // A context of 8 genes cuts every cell, so that genes fall off its end.
  it.each(
    Operator.options.flatMap((operator) =>
      [64, 8].flatMap((length) => [0, 0.5, 1].map((at) => ({ operator, length, at }))),
    ),
  )('are those whose cells differ: $operator in $length genes at $at', ({ operator, length, at }) => {
    const made = plan({ operators: [operator], rankPercentile: at, dosePercentile: 0.5 + at / 2 }, length);
    for (const [ordinal, row] of made.cells.entries()) {
      const cell = cellTokens(world.tokens, row, made.maxLength);
      const told = new Map<string, number>();
      eachPass(made, world.tokens, ordinal, {}, (n, gene, by) => told.set(`${by} ${gene}`, n));
      for (const by of made.operators)
        made.genes.forEach((gene, g) => {
          const perturbed = perturb(by, cell, gene, cell.tokenIds.includes(gene.tokenId), made);
          const n = perturbed === null || perturbed === 'unchanged' ? undefined : perturbed.tokenIds.length;
          expect(told.get(`${by} ${g}`)).toBe(n);
        });
    }
  });

  it('are those whose cells differ where doses go by depth', () => {
    const tokens = withDepths(world.tokens, true);
    const config = screenConfig({
      goals: ['monocyte'],
      genes: 'all',
      minDetections: 1,
      nCells: 12,
      operators: ['over-express'],
    });
    const made = planScreen({ ...world, tokens, config, maxLength: 8 });
    let differing = 0;
    for (const [ordinal, row] of made.cells.entries()) {
      const cell = cellTokens(tokens, row, made.maxLength);
      const told = new Set<number>();
      eachPass(made, tokens, ordinal, {}, (_n, gene) => told.add(gene));
      const changed = made.genes.flatMap((gene, g) =>
        perturb('over-express', cell, gene, cell.tokenIds.includes(gene.tokenId), made) === 'unchanged' ? [] : [g],
      );
      expect([...told].sort((a, b) => a - b)).toEqual(changed);
      const asValue = made.genes.flatMap((gene, g) =>
        perturb('over-express', { ...cell, depth: undefined }, gene, cell.tokenIds.includes(gene.tokenId), made) ===
        'unchanged'
          ? []
          : [g],
      );
      if (changed.join() !== asValue.join()) differing++;
    }
    expect(differing).toBeGreaterThan(0);
  });

  it('are counted for the genes asked for alone', () => {
    const made = plan({ operators: ['mask', 'over-express'] });
    const all = passesByCell(made, world.tokens, () => ({}));
    const none = passesByCell(made, world.tokens, () => ({ mask: new Set(), 'over-express': new Set() }));
    const [some, others] = [0, 1].map((half) =>
      passesByCell(made, world.tokens, () => {
        const rows = new Set(made.genes.flatMap((_, row) => (row % 2 === half ? [row] : [])));
        return { mask: rows, 'over-express': rows };
      }),
    );
    expect(none).toEqual(made.cells.map(() => 0));
    expect(some.map((n, cell) => n + others[cell])).toEqual(all);
  });

  it('are what progress counts, and as many as the model reads', async () => {
    const made = plan({ operators: ['over-express', 'remove'], dosePercentile: 0.5 }, 8);
    const encoder = new FakeEncoder({ maxLength: 8, vector: plantedVectors(4, new Map()) });
    const told: { stage: string; done: number; total: number; unit: string }[] = [];
    const screen = await runScreen({
      plan: made,
      tokens: world.tokens,
      encoder,
      modelId: 'weights',
      onProgress: (progress) => told.push(progress),
    });
    const passes = passesByCell(made, world.tokens, () => ({})).reduce((sum, n) => sum + n, 0);
    const nReference = made.states.reduce((sum, { cells }) => sum + cells.length, 0);
    const read = encoder.batchSizes.reduce((sum, n) => sum + n, 0);
    expect(screen.nPasses).toBe(passes);
    expect(read).toBe(passes + made.cells.length + nReference);
    expect(passes).toBeLessThan(made.genes.length * made.cells.length * 3);

    const states = told.filter(({ stage }) => stage === 'states');
    expect(states[0]).toMatchObject({ done: 0, total: nReference, unit: 'cells' });
    expect(states.at(-1)).toMatchObject({ done: nReference, total: nReference });
    const counted = told.filter(({ stage }) => stage === 'screen').map(({ done }) => done);
    expect(counted).toEqual([...counted].sort((a, b) => a - b));
    expect(told.at(-1)).toEqual({ stage: 'screen', done: passes, total: passes, unit: 'perturbed cells' });
  });
});
