import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { isotonicFit } from '#singlecell/statistics/isotonic.ts';

const close = (found: ArrayLike<number>, expected: readonly number[]) => {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 13));
};

describe('isotonic regression', () => {
  it('gives the numbers of isoreg (R 4.2.2)', () => {
    close(isotonicFit([0.2, 0.1, 0.35, 0.3, 0.28, 0.9, 0.7, 1.1]), [0.15, 0.15, 0.31, 0.31, 0.31, 0.8, 0.8, 1.1]);
    close(isotonicFit([5, 4, 3, 2, 1]), [3, 3, 3, 3, 3]);
  });

  it('weighs like isoreg (R 4.2.2) of repeated values', () => {
    close(isotonicFit([1, 3, 2, 4, 3.5, 5], [3, 1, 2, 5, 1, 1]), [
      1,
      7 / 3,
      7 / 3,
      3.91666666666667,
      3.91666666666667,
      5,
    ]);
  });

  it('is non-decreasing, keeps the mean, and leaves a non-decreasing curve as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 }), (y) => {
        const fitted = isotonicFit(y);
        for (let i = 1; i < y.length; i++) expect(fitted[i]).toBeGreaterThanOrEqual(fitted[i - 1]);
        const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
        expect(sum(fitted)).toBeCloseTo(sum(y), 8);
        const sorted = [...y].sort((a, b) => a - b);
        close(isotonicFit(sorted), sorted);
      }),
    );
  });
});
