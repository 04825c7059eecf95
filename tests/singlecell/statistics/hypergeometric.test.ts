import { describe, expect, it } from 'vitest';
import { atLeastByChance, chanceRange, hypergeometricMasses } from '#singlecell/statistics/hypergeometric.ts';

/** Golden numbers: scipy 1.10.1, scipy.stats.hypergeom(population, successes, draws). */
describe('hypergeometric chance', () => {
  it('has the masses of scipy', () => {
    const masses = hypergeometricMasses({ population: 800, successes: 5, draws: 50 });
    const golden = [
      0.7235908416705746, 0.24249022844188156, 0.031812640411384735, 0.002041452860623619, 6.405092419847136e-5,
      7.85691336834582e-7,
    ];
    golden.forEach((mass, hits) => expect(masses[hits]).toBeCloseTo(mass, 12));
  });

  it('gives mean, central 95 % and tail', () => {
    const draw = { population: 836, successes: 35, draws: 50 };
    expect(chanceRange(draw)).toEqual({ expected: expect.closeTo(2.0933014354066986, 12) as number, low: 0, high: 5 });
    expect(atLeastByChance(draw, 14) / 1.0723523277511854e-9).toBeCloseTo(1, 6);
    expect(atLeastByChance(draw, 0)).toBe(1);
  });

  it('finds everything where everything is drawn', () => {
    expect(chanceRange({ population: 7, successes: 3, draws: 7 })).toEqual({ expected: 3, low: 3, high: 3 });
    expect(atLeastByChance({ population: 7, successes: 0, draws: 7 }, 1)).toBe(0);
  });
});
