import { describe, expect, it } from 'vitest';
import { atLeastByChance, chanceRange } from '#singlecell/statistics/chance.ts';

/** Golden numbers: scipy 1.10.1, scipy.stats.hypergeom(population, successes, draws). */
describe('what a random order finds', () => {
  it('gives mean, central 95 % and tail', () => {
    const draw = { population: 836, successes: 35, draws: 50 };
    expect(chanceRange(draw)).toEqual({ expected: expect.closeTo(2.0933014354066986, 12) as number, low: 0, high: 5 });
    expect(atLeastByChance(draw, 14) / 1.0723523277511854e-9).toBeCloseTo(1, 6);
    expect(atLeastByChance(draw, 0)).toBeCloseTo(1, 12);
  });

  it('finds everything where everything is drawn', () => {
    expect(chanceRange({ population: 7, successes: 3, draws: 7 })).toEqual({ expected: 3, low: 3, high: 3 });
    expect(atLeastByChance({ population: 7, successes: 0, draws: 7 }, 1)).toBe(0);
    expect(chanceRange({ population: 0, successes: 0, draws: 0 })).toEqual({ expected: 0, low: 0, high: 0 });
  });
});
