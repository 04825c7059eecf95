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

  it('gives every replicate the weight that was drawn for it', () => {
    // Four draws of three replicates; in the last only the one that is missing below.
    const counts = Uint16Array.of(1, 1, 1, 3, 0, 0, 0, 1, 2, 0, 3, 0);
    const weights = { nResamples: 4, nReplicates: 3, counts };
    // Means 10/3, 1, 16/3, 2; numpy 1.24.2: quantile of them at .025 and .975
    const whole = bootstrapInterval([1, 2, 7], weights);
    expect(whole.mean).toBeCloseTo(10 / 3, 12);
    expect(whole.low).toBeCloseTo(1.075, 12);
    expect(whole.high).toBeCloseTo(5.183333333333334, 12);
    // Means (1 + 7)/2, 1, 7 and nothing: three are left.
    const missing = bootstrapInterval([1, NaN, 7], weights);
    expect(missing.low).toBeCloseTo(1.15, 12);
    expect(missing.high).toBeCloseTo(6.85, 12);
    // Two replicates are enough, and as many as are drawn are drawn.
    expect(
      bootstrapInterval([1, 7], { nResamples: 2, nReplicates: 2, counts: Uint16Array.of(2, 0, 1, 1) }).low,
    ).toBeCloseTo(1.075, 12);
    const drawn = bootstrapWeights(7, 30, 2);
    for (let b = 0; b < 30; b++)
      expect(drawn.counts.subarray(7 * b, 7 * b + 7).reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(bootstrapWeights(4096, 100, 0).counts).toHaveLength(0);
    expect(bootstrapWeights(4095, 2, 0).counts).toHaveLength(2 * 4095);
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
