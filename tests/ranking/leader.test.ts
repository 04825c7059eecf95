import { describe, expect, it } from 'vitest';
import type { RankingMethod } from '#shared/domain/ranking.ts';
import { DEFAULT_WEIGHTS, RankingWeights, WITNESSES } from '#shared/domain/witness.ts';
import { chooseLeader, type Support } from '#ranking/leader.ts';
import { disagreement, recallByChance, recallOf, signTest } from '#ranking/recall.ts';

const recall = (found: Partial<Record<RankingMethod, [at10: number, at50: number]>>, known = 10) =>
  Object.entries(found).map(([method, [at10, at50]]) => ({
    method: method as RankingMethod,
    known,
    at10,
    at20: at10,
    at50,
    byChance: 1,
  }));
const support: Support = {
  nGenes: 800,
  recall: [],
  splitHalf: 0.8,
  nSignificant: 3,
  classifier: { model: 0.86, bestBaseline: 0.8 },
  weights: DEFAULT_WEIGHTS,
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
    const screen = leaderOf({ recall: recall({ model: [3, 6], 'fold-change': [2, 5] }) });
    expect(screen.leader).toBe('model');
    expect(screen.leaderReason).toMatch(/Plain fold change finds 5 at 50 and 2 at 10/);
  });

  it('counts a depth only in a ranking at least twice as long', () => {
    const found = recall({ 'fold-change': [3, 6], combined: [2, 7] });
    expect(leaderOf({ nGenes: 100, recall: found }).leader).toBe('combined');
    expect(leaderOf({ nGenes: 99, recall: found }).leader).toBe('fold-change');
    expect(leaderOf({ nGenes: 19, recall: found }).leaderReason).toMatch(
      /^Ordered by the composite.* cannot tell orders apart: only 19 genes were ranked/,
    );
  });

  it('an order that does not know the goal never leads', () => {
    const found = recall({ random: [9, 9], 'universal-response': [9, 9], 'fold-change': [1, 2] });
    expect(leaderOf({ recall: found }).leader).toBe('fold-change');
  });

  it('says whether its lead is more than luck', () => {
    const found = recall({ 'fold-change': [3, 9], model: [1, 3] });
    const compare = (first: string, second: string, depth: number) => {
      expect([first, second, depth]).toEqual(['fold-change', 'model', 50]);
      return { onlyFirst: 6, onlySecond: 0, pValue: 0.03125 };
    };
    expect(leaderOf({ recall: found, compare }).leaderReason).toMatch(
      /Beside the screen it finds 6 that are missed there and misses 0 found there: more than luck \(sign test, p = \.031\)/,
    );
  });

  it('without a known regulator found: the composite, with what it is made of', () => {
    const missed = leaderOf({ recall: recall({ model: [0, 0], 'fold-change': [0, 0] }) });
    expect(missed.leader).toBe('combined');
    expect(missed.leaderReason).toContain('No ranking finds any of the 10 known regulators you gave');
    const { leader, leaderReason } = leaderOf({});
    expect(leaderReason).toContain('No known regulators measure it here.');
    expect(leader).toBe('combined');
    expect(leaderReason).toMatch(/composite of weighted witnesses: the screen, .* and /);
    expect(leaderReason).toMatch(/The screen repeats itself \(Spearman 0\.80\) and 3 genes stand out/);
  });

  it.each<[Partial<Support>, RegExp]>([
    [{ splitHalf: 0.49 }, /two halves of the start cells rank the genes differently \(Spearman 0\.49\)/],
    [{ splitHalf: null }, /too few start cells/],
    [{ nSignificant: 0 }, /no gene stands out/],
    [{ classifier: null }, /was not fine-tuned/],
    [{ classifier: { model: 0.8, bestBaseline: 0.8 } }, /no better than a simple one/],
  ])('says why the screen alone is not to be trusted: %o', (change, reason) => {
    const { leader, leaderReason } = leaderOf(change);
    expect(leader).toBe('combined');
    expect(leaderReason).toMatch(/Do not trust the screen alone here/);
    expect(leaderReason).toMatch(reason);
  });

  it('names the only witness with a weight, and needs one', () => {
    const none = RankingWeights.parse(Object.fromEntries(WITNESSES.map((witness) => [witness, 0])));
    expect(leaderOf({ weights: { ...none, model: 1 } }).leaderReason).toMatch(/by the screen, the only witness/);
    expect(leaderOf({ weights: none }).leader).toBe('fold-change');
  });
});

describe('recall', () => {
  it('counts known genes within 10, 20 and 50, and those nobody ranked', () => {
    const ranks = Array.from({ length: 800 }, (_, gene) => gene + 1);
    const isKnown = ranks.map((rank) => [1, 10, 11, 50, 51].includes(rank));
    // scipy.stats.hypergeom(800, 5, 50).sf(3)
    expect(recallOf('model', ranks, isKnown, 7)).toEqual({
      method: 'model',
      known: 7,
      at10: 2,
      at20: 3,
      at50: 4,
      byChance: expect.closeTo(6.483661553530594e-5, 12) as number,
    });
  });

  it('says what chance finds', () => {
    // scipy.stats.hypergeom(824, 10, n): mean, ppf(.025), ppf(.975)
    expect(recallByChance(Array.from({ length: 824 }, (_, gene) => gene < 10))).toEqual([
      { depth: 10, expected: 0.12135922330097088, low: 0, high: 1 },
      { depth: 20, expected: 0.24271844660194175, low: 0, high: 1 },
      { depth: 50, expected: 0.6067961165048543, low: 0, high: 2 },
    ]);
  });

  it('counts what two rankings disagree on', () => {
    const known = [true, true, true, false, true];
    expect(disagreement([1, 2, 3, 4, 60], [60, 61, 3, 1, 2], known, 50)).toEqual({
      onlyFirst: 2,
      onlySecond: 1,
      pValue: 1,
    });
    // scipy.stats.binomtest(1, 9).pvalue, binomtest(0, 6).pvalue
    expect(signTest(8, 1)).toBeCloseTo(0.0390625, 12);
    expect(signTest(0, 6)).toBeCloseTo(0.03125, 12);
    expect(signTest(3, 10)).toBeCloseTo(0.09228515625, 12);
    expect(signTest(5, 2)).toBeCloseTo(0.453125, 12);
    expect(signTest(4, 4)).toBe(1);
    expect(signTest(0, 0)).toBe(1);
  });
});
