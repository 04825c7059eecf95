import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { bootstrapInterval, bootstrapWeights } from '#singlecell/statistics/bootstrap.ts';
import { splitHalfStability } from '#singlecell/statistics/split-half.ts';

describe('bootstrap interval', () => {
  it('comes near the standard error of the mean', () => {
    const random = new CounterRandom(3, 'sample');
    const values = Float64Array.from({ length: 200 }, (_, i) => random.normal(i));
    const mean = values.reduce((sum, value) => sum + value, 0) / 200;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200);
    const interval = bootstrapInterval(values, bootstrapWeights(200, 4000, 0));
    const halfWidth = (1.959964 * sd) / Math.sqrt(200);
    expect(interval.mean).toBeCloseTo(mean, 12);
    expect(interval.low).toBeGreaterThan(mean - 1.1 * halfWidth);
    expect(interval.low).toBeLessThan(mean - 0.9 * halfWidth);
    expect(interval.high).toBeGreaterThan(mean + 0.9 * halfWidth);
    expect(interval.high).toBeLessThan(mean + 1.1 * halfWidth);
  });

  it('covers the true mean about 95 % of the time', () => {
    const random = new CounterRandom(5, 'coverage');
    const weights = bootstrapWeights(40, 500, 1);
    let covered = 0;
    for (let trial = 0; trial < 400; trial++) {
      const values = Float64Array.from({ length: 40 }, (_, i) => random.normal(trial * 40 + i));
      const { low, high } = bootstrapInterval(values, weights);
      if (low <= 0 && high >= 0) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.91);
    expect(covered / 400).toBeLessThan(0.98);
  });

  it('is that of the normal distribution where replicates are many', () => {
    const random = new CounterRandom(9, 'many');
    const values = Float64Array.from({ length: 5000 }, (_, i) => random.normal(i));
    const weights = bootstrapWeights(5000, 1000, 0);
    expect(weights.counts).toHaveLength(0);
    const { mean, low, high } = bootstrapInterval(values, weights);
    expect(high - mean).toBeCloseTo(1.96 / Math.sqrt(5000), 3);
    expect(mean - low).toBeCloseTo(high - mean, 12);
  });

  it('leaves missing replicates out and needs two', () => {
    const weights = bootstrapWeights(3, 100, 0);
    expect(bootstrapInterval([1, NaN, 3], weights).mean).toBe(2);
    const single = bootstrapInterval([NaN, 5, NaN], weights);
    expect(single.mean).toBe(5);
    expect(single.low).toBeNaN();
  });

  it('is the same for the same seed and another for another', () => {
    expect(bootstrapWeights(5, 50, 7)).toEqual(bootstrapWeights(5, 50, 7));
    expect(bootstrapWeights(5, 50, 7)).not.toEqual(bootstrapWeights(5, 50, 8));
  });
});

describe('split-half stability', () => {
  const shape = { nGenes: 60, nReplicates: 12 };
  const effects = (signal: number) => {
    const random = new CounterRandom(1, 'halves');
    return Float64Array.from({ length: 60 * 12 }, (_, i) => signal * Math.floor(i / 12) + random.normal(i));
  };

  it('is near 1 where genes differ and near 0 where they do not', () => {
    expect(splitHalfStability(effects(1), shape, 0)).toBeGreaterThan(0.95);
    expect(Math.abs(splitHalfStability(effects(0), shape, 0) as number)).toBeLessThan(0.25);
  });

  it('is not given below four replicates', () => {
    expect(splitHalfStability([1, 2, 3, 4, 5, 6], { nGenes: 2, nReplicates: 3 }, 0)).toBeNull();
  });
});
