import { describe, expect, it } from 'vitest';
import { liesWithin } from '#singlecell/statistics/equivalence.ts';

describe('claim of no difference', () => {
  it('gives the larger of two one-sided tests (R 4.2.2: t.test with mu = ±.1)', () => {
    expect(liesWithin([0.01, -0.02, 0.03, 0.02, -0.01], 0.1)).toBeCloseTo(0.000266648873037, 12);
    // scipy 1.10.1: ttest_1samp(popmean=.1, alternative='less')
    expect(liesWithin([0.1, 0.3, 0.2], 0.1)).toBeCloseTo(0.8872983346207418, 12);
    expect(liesWithin([0, 0, 0], 0.1)).toBe(0);
    expect(liesWithin([0.5, 0.5, 0.5], 0.5)).toBe(1);
    expect(liesWithin([1], 2)).toBeNaN();
    expect(liesWithin([1, NaN], 2)).toBeNaN();
  });
});
