import { describe, expect, it } from 'vitest';
import { computedCells } from '#ranking/computed-cells.ts';
import type { ScreenResult } from '#screen/types.ts';

const screen = {
  plan: { genes: [{ tokenId: 7 }, { tokenId: 8 }] },
  stages: {
    adaptive: [
      {
        operator: 'mask',
        goals: [{ goal: 'a' }, { goal: 'b' }],
        genes: [{ row: 1, nExact: 5, errors: [9, 4 / 1.959963984540054] }],
      },
    ],
  },
} as unknown as ScreenResult;
const gene = { effect: 10, effectLow: 7, effectHigh: 13 };

describe('the interval of a gene that was computed in some cells', () => {
  it('adds what the others may be off, in quadrature: 3² + 4² = 5²', () => {
    const told = computedCells(screen, 'b', 'mask')(8, gene);
    expect(told.exactCells).toBe(5);
    expect(told.effectLow).toBeCloseTo(5, 12);
    expect(told.effectHigh).toBeCloseTo(15, 12);
  });

  it('is as it was for a gene without an error and for an operator without stages', () => {
    expect(computedCells(screen, 'b', 'mask')(7, gene)).toEqual({ exactCells: 0, effectLow: 7, effectHigh: 13 });
    expect(computedCells(screen, 'b', 'remove')(8, gene)).toEqual({ exactCells: null, effectLow: 7, effectHigh: 13 });
  });
});
