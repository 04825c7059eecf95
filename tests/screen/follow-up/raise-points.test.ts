import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { raisePoints } from '#screen/follow-up/raise-points.ts';

describe('doses of a raised gene', () => {
  it('are the percentiles where they differ', () => {
    expect(raisePoints([1, 1.2, 1.5, 2, 2.5, 4]).map(({ at }) => at)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  });

  it('are five, halving the widest gaps, where cells share values', () => {
    expect(raisePoints([1.58, 1.58, 1.58, 1.58, 2, 2.8])).toEqual([
      { at: 0.8, value: 1.58 },
      { at: 0.85, value: 1.79 },
      { at: 0.9, value: 2 },
      { at: 0.95, value: 2.4 },
      { at: 1, value: 2.8 },
    ]);
  });

  it('rise, and never leave the range, whatever the percentiles', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 6, maxLength: 6 }), (drawn) => {
        const values = drawn.sort((a, b) => a - b);
        const points = raisePoints(values);
        expect(points.at(-1)).toEqual({ at: 1, value: values[5] });
        expect(points[0].value).toBe(values[0]);
        expect(points.length).toBe(values[0] === values[5] ? 1 : Math.max(5, new Set(values).size));
        for (let i = 1; i < points.length; i++) {
          expect(points[i].value).toBeGreaterThan(points[i - 1].value);
          expect(points[i].at).toBeGreaterThan(points[i - 1].at);
        }
      }),
    );
  });
});
