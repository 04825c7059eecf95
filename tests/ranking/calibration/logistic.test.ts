import { describe, expect, it } from 'vitest';
import { fitLogistic, probability } from '#ranking/calibration/logistic.ts';

const rows = Array.from({ length: 40 }, (_, i) =>
  Float64Array.of((((i * 7) % 13) / 13) * 4 - 2, (((i * 5) % 11) / 11) * 4 - 2, (((i * 3) % 17) / 17) * 4 - 2),
);
const isHit = rows.map((row, i) => row[0] + 0.3 * row[2] + ((i * 29) % 10) / 10 - 0.5 > 0.2);
const fit = (penalty: number) => fitLogistic({ rows, isHit, towards: Float64Array.of(1, 1, 0), penalty });

describe('logistic regression drawn towards a direction', () => {
  // scipy 1.10, minimize(method='L-BFGS-B', bounds w >= 0) of the same objective; for Infinity over the length alone.
  it.each([
    [1, [3.0477, 0.6338, 0.9711, -0.3974]],
    [30, [1.5789, 1.0139, 0.1859, -0.0568]],
    [Infinity, [1.2061, 1.2061, 0, -0.0666]],
  ])('finds the minimum scipy finds, penalty %d', (penalty, expected) => {
    const { weights, intercept } = fit(penalty);
    [...weights, intercept].forEach((value, k) => expect(value).toBeCloseTo(expected[k], 3));
  });

  it('has no negative weight, and stays finite where hits and misses do not overlap', () => {
    const apart = fitLogistic({
      rows: rows.map((row) => Float64Array.of(-row[0], row[0])),
      isHit: rows.map((row) => row[0] > 0),
      towards: Float64Array.of(1, 1),
      penalty: 1,
    });
    expect(apart.weights[0]).toBeLessThan(0.05);
    expect(apart.weights[0]).toBeGreaterThanOrEqual(0);
    expect(apart.weights[1]).toBeGreaterThan(1);
    expect(probability(apart, Float64Array.of(-2, 2))).toBeLessThan(1);
  });
});
