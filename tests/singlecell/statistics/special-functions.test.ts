import { describe, expect, it } from 'vitest';
import { normalSurvival, studentLogDensity, studentSurvival } from '#singlecell/statistics/special-functions.ts';

const relative = (actual: number, expected: number) => expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-11);

describe('tails and densities (golden: scipy 1.10.1)', () => {
  it.each([
    [2.5, 3, 0.04385332350403277],
    [4.07, 10, 0.0011250815128134599],
    [8, 2.5, 0.0038283220655217225],
    [-1.2, 7, 0.8654140315863967],
    [12, 30, 2.7900927075996303e-13],
  ])('stats.t.sf(%d, %d)', (t, df, expected) => relative(studentSurvival(t, df), expected));

  it.each([
    [0, 0.5],
    [1, 0.15865525393145707],
    [1.96, 0.024997895148220435],
    [5, 2.866515718791933e-7],
    [10, 7.61985302416047e-24],
    [-2, 0.9772498680518208],
  ])('stats.norm.sf(%d)', (z, expected) => relative(normalSurvival(z), expected));

  it.each([
    [1.3, 2.5, -1.92035709706526],
    [0, 10, -0.9438973521509522],
    [-4, 4, -5.004424034096978],
  ])('stats.t.logpdf(%d, %d)', (t, df, expected) => relative(studentLogDensity(t, df), expected));

  it('Student t with endless degrees of freedom is the normal distribution', () => {
    expect(studentSurvival(1.96, Infinity)).toBe(normalSurvival(1.96));
  });
});
