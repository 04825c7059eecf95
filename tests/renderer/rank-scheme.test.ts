import { describe, expect, it } from 'vitest';
import { Operator } from '#shared/domain/screen.ts';
import { schemeMove } from '../../src/renderer/plots/rank-scheme.ts';

describe('scheme of a move in rank', () => {
  it.each([
    ['mask', {}, 9, true],
    ['remove', {}, null, false],
    // 3.5 × 0.5 = 1.75 lies below all others, 3.5 × 0.8 = 2.8 below 3.
    ['knock-down', { knockDownLevel: 0.5 }, 12, false],
    ['knock-down', { knockDownLevel: 0.8 }, 10, false],
    // Median of the six expressing cells 4.7, 90th percentile 7.5, maximum 8.5.
    ['over-express', { dosePercentile: 0.5 }, 7, false],
    ['over-express', { dosePercentile: 0.9 }, 3, false],
    ['over-express', { dosePercentile: 1 }, 2, false],
    ['to-rank', { rankPercentile: 0 }, 1, false],
    ['to-rank', { rankPercentile: 1 }, 12, false],
    ['published-over-express', {}, 1, false],
  ] as const)('%s %o', (operator, settings, after, isHidden) => {
    expect(schemeMove(operator, settings)).toEqual({ nGenes: 12, before: 9, after, isHidden });
  });

  it('knows every operator', () => {
    for (const operator of Operator.options) {
      const { after } = schemeMove(operator, {});
      expect(after === null).toBe(operator === 'remove');
    }
  });
});
