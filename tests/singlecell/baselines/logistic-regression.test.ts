import { describe, expect, test } from 'vitest';
import { minimise } from '#singlecell/baselines/lbfgs.ts';
import { fitLogistic, predictLogistic } from '#singlecell/baselines/logistic-regression.ts';

const rows = {
  nCells: 8,
  nGenes: 3,
  indptr: Float64Array.of(0, 2, 3, 4, 6, 8, 9, 11, 13),
  indices: Int32Array.of(0, 2, 1, 0, 1, 2, 0, 1, 2, 0, 1, 1, 2),
  data: Float32Array.of(1, 2, 1, 2, 3, 1, 1, 1, 3, 2, 1, 2, 2),
};
const labels = Int32Array.of(0, 1, 0, 1, 2, 2, 0, 1);

describe('fitLogistic', () => {
  test('finds the optimum that scipy 1.10.1 (minimize, BFGS, gtol 1e-10) finds for penalty 1', () => {
    const model = fitLogistic(rows, labels, 3, { penalty: 1, tolerance: 1e-7 });
    expect(model.converged).toBe(true);
    const scipy = [
      0.9173989328018645, -0.7257312121156829, -0.19166772068618165, -0.48671853443998164, 0.7664115427803683,
      -0.27969300834038674, 0.004638708553517947, -0.13813784951584004, 0.13349914096232202,
    ];
    scipy.forEach((weight, i) => expect(model.weights[i]).toBeCloseTo(weight, 6));
    // The intercept is defined up to a constant.
    const intercept = model.weights.subarray(9);
    const mean = intercept.reduce((sum, b) => sum + b, 0) / 3;
    const centred = [-0.19830656085079398, -0.030063269774927598, 0.22836983062572158];
    centred.forEach((b, c) => expect(intercept[c] - mean).toBeCloseTo(b, 6));
  });

  test('predicts what it was shown when hardly penalised', () => {
    const model = fitLogistic(rows, labels, 3, { penalty: 1e-4, maxIterations: 500 });
    expect([...predictLogistic(model, rows)]).toEqual([...labels]);
  });
});

test('minimise reaches the minimum of the Rosenbrock function', () => {
  const x = Float64Array.of(-1.2, 1);
  const { value, converged } = minimise(
    (p, gradient) => {
      const [a, b] = [1 - p[0], p[1] - p[0] * p[0]];
      gradient[0] = -2 * a - 400 * p[0] * b;
      gradient[1] = 200 * b;
      return a * a + 100 * b * b;
    },
    x,
    { tolerance: 1e-8 },
  );
  expect(converged).toBe(true);
  expect(value).toBeLessThan(1e-14);
  expect(x[0]).toBeCloseTo(1, 6);
});
