import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { sortedQuantile } from '#singlecell/statistics/quantile.ts';
import { empiricalPValue, permutationTest, rankSum } from '#singlecell/statistics/rank-tests.ts';
import { averageRanks, descendingRanks, pearson, spearman } from '#singlecell/statistics/ranks.ts';
import { madScale, robustZ, standardDeviation } from '#singlecell/statistics/robust.ts';

describe('ranks (golden: scipy 1.10.1, numpy 1.24.2)', () => {
  it('averages tied ranks as stats.rankdata', () => {
    expect([...averageRanks([3, 1, 4, 1, 5, 9, 2, 6, 5, 3])]).toEqual([4.5, 1.5, 6, 1.5, 7.5, 10, 3, 9, 7.5, 4.5]);
  });

  it('correlates as stats.spearmanr', () => {
    expect(spearman([1, 2, 3, 4, 5, 5, 7], [2, 1, 4, 3, 7, 7, 6])).toBeCloseTo(0.8181818181818182, 12);
  });

  it('has no correlation without spread or with fewer than three pairs', () => {
    expect(spearman([1, 1, 1, 1], [1, 2, 3, 4])).toBeNull();
    expect(spearman([1, 2, NaN], [1, 2, 3])).toBeNull();
    expect(spearman([1, 2, 4], [1, 3, 2])).toBeCloseTo(0.5, 12);
  });

  it('has no correlation of equal values whose mean is rounded', () => {
    const same = new Array<number>(12).fill(1);
    expect(spearman(same, same)).toBeNull();
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 4])).toBeNull();
    expect(pearson([1, 2, 4], [0.1, 0.1, 0.1])).toBeNull();
    expect(pearson([], [])).toBeNull();
  });

  it('takes quantiles as numpy.quantile', () => {
    const found = [0, 0.1, 0.5, 0.9, 1].map((q) => sortedQuantile([1.5, 2, 4, 8, 9.5], q));
    [1.5, 1.7, 4, 8.9, 9.5].forEach((expected, i) => expect(found[i]).toBeCloseTo(expected, 12));
  });

  it('measures spread as stats.median_abs_deviation(scale="normal")', () => {
    expect(madScale([1, 2, 4, 8, 16, 3])).toBeCloseTo(2.965204437011204, 12);
  });

  it('gives every gene a rank of its own, whatever the input order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 }), (scores) => {
        const ids = scores.map((_, i) => i);
        const ranks = descendingRanks(scores, ids);
        expect([...ranks].sort((a, b) => a - b)).toEqual(ids.map((i) => i + 1));
        const reversed = descendingRanks([...scores].reverse(), [...ids].reverse());
        expect([...reversed].reverse()).toEqual([...ranks]);
      }),
    );
  });

  it('ranks missing scores last', () => {
    expect([...descendingRanks([1, NaN, 2], [0, 1, 2])]).toEqual([2, 3, 1]);
  });

  it('standardises by median and stats.median_abs_deviation, and leaves missing values missing', () => {
    const z = robustZ([1, 2, 3, 4, NaN, 100]);
    // numpy 1.24.2: without a median absolute deviation, (x − 1) / std
    expect([...robustZ([1, 1, 1, 1, 10])]).toEqual([0, 0, 0, 0, 2.5]);
    expect([...robustZ([5, 5, NaN, 5])]).toEqual([0, 0, NaN, 0]);
    expect(standardDeviation([1, 2, 4, 8])).toBeCloseTo(2.680951323690902, 12);
    expect(standardDeviation([])).toBe(0);
    [-1.3489795003921634, -0.6744897501960817, 0, 0.6744897501960817, NaN, 65.42550576901992].forEach((expected, i) =>
      Number.isNaN(expected) ? expect(z[i]).toBeNaN() : expect(z[i]).toBeCloseTo(expected, 9),
    );
  });
});

describe('tests of difference', () => {
  it('rank-sum: stats.mannwhitneyu(asymptotic, continuity), scipy 1.10.1', () => {
    const { u, pValue } = rankSum([1.2, 3.4, 2.2, 5.1, 2.2, 0.3], [2.2, 4.4, 6.1, 3.4, 7, 8.8, 5]);
    expect(u).toBe(6.5);
    expect(pValue).toBeCloseTo(0.044022195041670056, 12);
  });

  it('rank-sum finds nothing where all are equal', () => {
    expect(rankSum([2, 2], [2, 2, 2]).pValue).toBe(1);
  });

  it('permutation: near the exact share, by listing all 126 relabellings (Python 3.11 itertools)', () => {
    const { pValue } = permutationTest([1, 2, 3, 4], [3, 5, 6, 7, 8], { nPermutations: 20_000, seed: 1 });
    // Three standard errors of 20,000 draws.
    expect(Math.abs(pValue - 5 / 126)).toBeLessThan(0.0046);
  });

  it('an empirical p-value is never zero', () => {
    expect(empiricalPValue(10, [1, -2, 3])).toBe(1 / 4);
    expect(empiricalPValue(2, [1, -2, 3])).toBe(3 / 4);
  });

  it('Benjamini-Hochberg by its definition (numpy 1.24.2); missing tests do not count', () => {
    const fdr = benjaminiHochberg([0.01, 0.02, NaN, 0.03, 0.04, 0.05, 0.001, 0.8, 0.03]);
    const expected = [0.04, 0.048, NaN, 0.048, 0.05333333333333334, 0.05714285714285715, 0.008, 0.8, 0.048];
    expected.forEach((value, i) =>
      Number.isNaN(value) ? expect(fdr[i]).toBeNaN() : expect(fdr[i]).toBeCloseTo(value, 12),
    );
  });
});
