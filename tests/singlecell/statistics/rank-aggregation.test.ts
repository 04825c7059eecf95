import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { kendallW, rhoPValue, robustRank } from '#singlecell/statistics/rank-aggregation.ts';

/** rho by scipy.stats.beta.cdf, p by integrating the joint density of order statistics with numpy.polynomial (SciPy 1.10.1). */
const GOLDEN: [ranks: number[], rho: number, pValue: number][] = [
  [[0.01, 0.2, 0.9], 0.029700999999999998, 0.07456957095075523],
  [[0.03, 0.04], 0.0016, 0.003136614892012002],
  [[0.5, 0.6, 0.7, 0.8], 0.4096000000000001, 0.7225351641759636],
  [[0.9, 0.001, 0.4, 0.002, 0.3], 3.9840239871999994e-5, 0.00018963048393449977],
  [[1, 1], 1, 1],
];

describe('robust rank aggregation', () => {
  it.each(GOLDEN)('of %j is rho %f, p %f', (ranks, rho, pValue) => {
    const told = robustRank(ranks);
    expect(told.rho).toBeCloseTo(rho, 12);
    expect(told.pValue / pValue).toBeCloseTo(1, 8);
  });

  it('lies between rho and the bound of Bonferroni, and never falls when rho rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 1e-6, max: 0.99, noNaN: true }), (n, rho) => {
        const p = rhoPValue(rho, n);
        expect(p).toBeGreaterThanOrEqual(rho * (1 - 1e-9) - 1e-12);
        expect(p).toBeLessThanOrEqual(Math.min(1, n * rho) * (1 + 1e-6) + 1e-12);
        expect(rhoPValue(Math.min(1, rho * 1.1), n)).toBeGreaterThanOrEqual(p - 1e-12);
      }),
    );
  });
});

describe("Kendall's W", () => {
  it('is scipy.stats.friedmanchisquare over m (n − 1), also with ties', () => {
    const [a, b] = [
      [1, 2, 3, 4, 5, 6],
      [2, 1, 4, 3, 6, 5],
    ];
    expect(kendallW([a, b, [1, 3, 2, 6, 4, 5]])).toBeCloseTo(0.7714285714285712, 12);
    expect(kendallW([a, b, [1, 2, 2, 4, 5, 6]])).toBeCloseTo(0.903846153846154, 12);
  });

  it('is 1 for one order, 0 for two opposite ones, and nothing for too little', () => {
    expect(
      kendallW([
        [1, 2, 3],
        [10, 20, 30],
      ]),
    ).toBe(1);
    expect(
      kendallW([
        [1, 2, 3],
        [3, 2, 1],
      ]),
    ).toBe(0);
    expect(kendallW([[1, 2, 3]])).toBeNull();
    expect(
      kendallW([
        [1, 2],
        [1, 2],
      ]),
    ).toBeNull();
  });
});
