import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { DEFAULT_WEIGHTS, RankingWeights, WITNESSES } from '#shared/domain/witness.ts';
import { compositeOrder, compositeScore, reranked, witnessesPresent } from '#shared/ranking/composite.ts';

const only = (weights: Partial<RankingWeights>) =>
  RankingWeights.parse({ ...Object.fromEntries(WITNESSES.map((name) => [name, 0])), ...weights });
const gene = (rankByFoldChange: number, witnesses: Record<string, number>) => ({
  rank: 0,
  rankByFoldChange,
  witnesses,
});

describe('composite of witnesses', () => {
  it('is the weighted mean of the points there are', () => {
    expect(compositeScore({ model: 4, 'fold-change': 1 }, only({ model: 1, 'fold-change': 0.5 }))).toBeCloseTo(3, 12);
    expect(compositeScore({ model: 4 }, only({ model: 0.2, 'linear-screen': 1 }))).toBeCloseTo(4, 12);
    expect(compositeScore({ model: 4 }, only({}))).toBe(0);
  });

  it('orders the best first and equal genes by fold change', () => {
    const genes = [gene(2, { model: 1 }), gene(3, { model: 5 }), gene(1, { model: 1 })];
    expect(compositeOrder(genes, only({ model: 1 }))).toEqual([1, 2, 0]);
    expect(reranked(genes, only({ model: 1 })).map(({ rank, rankByFoldChange }) => [rank, rankByFoldChange])).toEqual([
      [1, 3],
      [2, 1],
      [3, 2],
    ]);
  });

  it('depends on the ratio of weights only, and never on a witness without weight', () => {
    const points = fc.record({
      model: fc.integer({ min: 0, max: 9 }),
      'fold-change': fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(points, { minLength: 2, maxLength: 20 }), fc.integer({ min: 0, max: 9 }), (all, noise) => {
        const genes = all.map((witnesses, i) => gene(i, { ...witnesses, 'linear-screen': noise * i }));
        const order = compositeOrder(genes, only({ model: 1, 'fold-change': 0.5 }));
        expect(compositeOrder(genes, only({ model: 0.5, 'fold-change': 0.25 }))).toEqual(order);
      }),
    );
  });

  it('knows which witnesses a ranking has', () => {
    expect(witnessesPresent([gene(1, { 'target-shift': 1, model: 2, unknown: 3 })])).toEqual(['model', 'target-shift']);
    expect(witnessesPresent([gene(1, {})])).toEqual([]);
    expect(witnessesPresent([])).toEqual([]);
  });

  it('counts curated targets only for those who ask', () => {
    expect(DEFAULT_WEIGHTS['target-shift']).toBe(0);
    expect(WITNESSES.filter((name) => DEFAULT_WEIGHTS[name] === 1)).toHaveLength(7);
  });
});
