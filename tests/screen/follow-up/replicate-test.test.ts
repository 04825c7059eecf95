import { describe, expect, it } from 'vitest';
import { differsFromZero, liesWithin } from '#screen/follow-up/replicate-test.ts';

describe('tests over replicates', () => {
  it('gives the p-value of t.test (R 4.2.2), NaN left out', () => {
    expect(differsFromZero([0.1, 0.3, 0.2, NaN, 0.25])).toBeCloseTo(0.0155873581215, 11);
    expect(differsFromZero([0, 0, 0])).toBe(1);
    expect(differsFromZero([1])).toBeNaN();
  });

  it('gives the larger of two one-sided tests (R 4.2.2: t.test with mu = ±.1)', () => {
    expect(liesWithin([0.01, -0.02, 0.03, 0.02, -0.01], 0.1)).toBeCloseTo(0.000266648873037, 12);
    expect(liesWithin([0.1, 0.3, 0.2], 0.1)).toBeGreaterThan(0.5);
    expect(liesWithin([0, 0, 0], 0.1)).toBe(0);
  });
});
