import { describe, expect, it } from 'vitest';
import type { RankingMethod } from '#shared/domain/ranking.ts';
import { chooseLeader, type Support } from '#ranking/leader.ts';
import { recallOf } from '#ranking/recall.ts';

const recall = (found: Partial<Record<RankingMethod, [at10: number, at50: number]>>, known = 10) =>
  Object.entries(found).map(([method, [at10, at50]]) => ({ method: method as RankingMethod, known, at10, at50 }));
const support: Support = {
  nGenes: 800,
  operator: 'over-express',
  recall: [],
  splitHalf: 0.8,
  nSignificant: 3,
  classifier: { model: 0.86, bestBaseline: 0.8 },
};
const leaderOf = (change: Partial<Support>) => chooseLeader({ ...support, ...change });

describe('which ranking leads', () => {
  it('with known regulators: the best recall at 50, a baseline too', () => {
    const { leader, leaderReason } = leaderOf({
      recall: recall({ model: [1, 4], 'fold-change': [3, 5], combined: [2, 4], random: [0, 1] }),
    });
    expect(leader).toBe('fold-change');
    expect(leaderReason).toMatch(/5 in its first 50 and 3 in its first 10, more than any other ranking/);
    expect(leaderReason).toMatch(/The screen alone finds 4 at 50 and 1 at 10/);
    expect(leaderReason).toMatch(/chosen on these genes/);
  });

  it('then at 10, then the simpler', () => {
    expect(leaderOf({ recall: recall({ 'fold-change': [3, 5], combined: [4, 5] }) }).leader).toBe('combined');
    const tie = leaderOf({ recall: recall({ combined: [3, 5], 'fold-change': [3, 5], model: [3, 5] }) });
    expect(tie.leader).toBe('fold-change');
    expect(tie.leaderReason).toMatch(/simplest of the best/);
    expect(leaderOf({ recall: recall({ model: [3, 6], 'fold-change': [3, 5] }) }).leader).toBe('model');
  });

  it('counts a depth only in a ranking at least twice as long', () => {
    const found = recall({ 'fold-change': [3, 6], combined: [2, 7] });
    expect(leaderOf({ nGenes: 100, recall: found }).leader).toBe('combined');
    expect(leaderOf({ nGenes: 99, recall: found }).leader).toBe('fold-change');
    expect(leaderOf({ nGenes: 19, recall: found }).leaderReason).toMatch(/^Ordered by the screen: two halves/);
  });

  it('random order never leads', () => {
    expect(leaderOf({ recall: recall({ random: [9, 9], 'fold-change': [1, 2] }) }).leader).toBe('fold-change');
  });

  it('without a known regulator found: by support', () => {
    expect(leaderOf({ recall: recall({ model: [0, 0], 'fold-change': [0, 0] }) }).leader).toBe('model');
    expect(leaderOf({}).leader).toBe('model');
  });

  it.each<[Partial<Support>, RegExp]>([
    [{ splitHalf: 0.49 }, /two halves of the start cells rank the genes differently \(Spearman 0\.49\)/],
    [{ splitHalf: null }, /too few start cells/],
    [{ nSignificant: 0 }, /no gene stands out/],
    [{ classifier: null }, /was not fine-tuned/],
    [{ classifier: { model: 0.8, bestBaseline: 0.8 } }, /no better than a simple one/],
  ])('fold change leads unless the screen is well supported: %o', (change, reason) => {
    const { leader, leaderReason } = leaderOf(change);
    expect(leader).toBe('fold-change');
    expect(leaderReason).toMatch(reason);
  });

  it('says what fold change cannot say about taking a gene away', () => {
    expect(leaderOf({ operator: 'mask', nSignificant: 0 }).leaderReason).toMatch(
      /not what happens when a gene is taken away/,
    );
  });
});

describe('recall', () => {
  it('counts known genes within 10 and 50, and those nobody ranked', () => {
    expect(recallOf('model', [1, 10, 11, 50, 51], [true, true, true, true, true], 7)).toEqual({
      method: 'model',
      known: 7,
      at10: 2,
      at50: 4,
    });
  });
});
