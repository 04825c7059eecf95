import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { twoMeans } from '#singlecell/statistics/two-means.ts';

describe('difference of two means', () => {
  // scipy 1.10.1: t = ttest_ind(x, y, equal_var=False).statistic; p = 2 * stats.t.sf(abs(t), 4)
  const x = [0.31, -0.2, 0.44, 1.02, 0.05];
  const y = [-0.6, 0.1, -0.33, 0.02, 0.2, -0.15, 0.4];

  it('has Welch’s statistic and the degrees of freedom of the smaller sample', () => {
    const { mean, standardError, degreesOfFreedom, pValue } = twoMeans(x, y);
    expect(mean).toBeCloseTo(0.37542857142857144, 14);
    expect(mean / standardError).toBeCloseTo(1.5501577084216374, 12);
    expect(degreesOfFreedom).toBe(4);
    expect(pValue).toBeCloseTo(0.1960379486774996, 12);
    expect(twoMeans([...x, NaN], [NaN, ...y])).toEqual(twoMeans(x, y));
    expect(twoMeans(y, x).pValue).toBe(pValue);
  });

  it('takes two values on either side', () => {
    const { standardError, pValue, low } = twoMeans([1, 3], [2, 7]);
    expect(standardError).toBeCloseTo(2.692582403567252, 12);
    expect(pValue).toBeCloseTo(0.5236001259262699, 12);
    expect(low).toBeCloseTo(-36.71250328943995, 7);
  });

  it('is no test below two values, and none without a spread', () => {
    expect(twoMeans([1], y)).toMatchObject({ pValue: NaN });
    expect(twoMeans([1, 1], [1, 1, 1]).pValue).toBe(1);
  });

  it('finds nothing in 100 screens of 800 genes without a difference, however unequal and skewed', () => {
    const random = new CounterRandom(53, 'two-means-null');
    let at = 0;
    let n = 0;
    for (let screen = 0; screen < 100; screen++) {
      const pValues = Array.from({ length: 800 }, () => {
        // Three fifths of the effects are 0, as of a gene the model does not read in every cell; the rest lean to one side.
        const draw = () => (random.uniform(at++) < 0.6 ? 0 : -Math.log(1 - random.uniform(at++)) - 1);
        return twoMeans(Array.from({ length: 10 }, draw), Array.from({ length: 14 }, draw)).pValue;
      });
      n += Number([...benjaminiHochberg(pValues)].some((fdr) => fdr < 0.05));
    }
    expect(n).toBeLessThanOrEqual(5);
  });
});
