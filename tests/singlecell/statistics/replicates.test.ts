import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { correlationTest } from '#singlecell/statistics/correlation-test.ts';
import { meanTest } from '#singlecell/statistics/mean-test.ts';
import { randomInterceptMean } from '#singlecell/statistics/mixed-model.ts';
import { studentQuantile, studentSurvival } from '#singlecell/statistics/special-functions.ts';

const close = (found: number, expected: number, digits = 9) => expect(found).toBeCloseTo(expected, digits);

describe('t test of a mean (golden: scipy 1.17.1 stats.ttest_1samp, stats.t)', () => {
  it('gives mean, p-value and interval', () => {
    const test = meanTest([1.2, 0.4, NaN, 2.2, -0.3, 1.1]);
    close(test.mean, 0.92, 12);
    close(test.pValue, 0.09299304793474993, 12);
    close(test.low, -0.242796954695792);
    close(test.high, 2.0827969546957923);
    expect(test.degreesOfFreedom).toBe(4);
  });

  it('inverts the tail as stats.t.isf', () => {
    close(studentQuantile(0.025, 3), 3.18244630528371);
    close(studentQuantile(0.05, 2.5), 2.55821861, 8);
    close(studentQuantile(0.3, 7), 0.54910966, 8);
    close(studentQuantile(0.9, 4), -1.53320627, 8);
    close(studentQuantile(1e-6, 5), 24.771029720515948);
    close(studentQuantile(0.025, Infinity), 1.9599639845400545);
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (tail, df) => {
          close(studentSurvival(studentQuantile(tail, df), df), tail, 9);
        },
      ),
    );
  });

  it('knows nothing but the mean of one replicate, and is sure where there is no spread', () => {
    expect(meanTest([2])).toMatchObject({ mean: 2, pValue: NaN, low: NaN });
    expect(meanTest([2, 2, 2])).toMatchObject({ pValue: 0, low: 2, high: 2 });
    expect(meanTest([0, 0])).toMatchObject({ pValue: 1 });
  });
});

describe('mixed model with a random intercept per donor', () => {
  const values = [1.2, 0.8, 1.5, 2.1, 2.6, 1.9, 2.2, 0.1, 0.4, 1.0, 1.3, 0.7, 1.6, 1.1];
  const donors = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3];

  it('agrees with a REML fit over full matrices in numpy 2.4.6 (mean and variances also statsmodels 0.15.0 MixedLM)', () => {
    const fit = randomInterceptMean(values, donors, 4);
    close(fit.mean, 1.1983984720681218, 7);
    close(fit.standardError, 0.39579113140515176, 7);
    close(fit.betweenVariance, 0.5945409839560095, 6);
    close(fit.withinVariance, 0.10057714105623207, 7);
    close(fit.degreesOfFreedom, 2.9980478075282804, 6);
    close(fit.pValue, 0.056454019197041065, 7);
    expect(fit.nGroups).toBe(4);
  });

  it('agrees with it too where cells differ more than donors do (numpy 1.24.2, scipy 1.10.1)', () => {
    const noisy = [2.1, 1.7, -0.6, 3, 0.3, 2.8, 1.1, -0.4, 1.9, -1.5, 0.8, 1.1, 3, -0.7, 0.3, 2.5, -1.4, 1.1];
    const fit = randomInterceptMean(noisy, [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3], 4);
    close(fit.mean, 0.9438293996495053, 5);
    close(fit.standardError, 0.3992427017245646, 5);
    close(fit.betweenVariance, 0.16898924, 5);
    close(fit.withinVariance, 2.01496284, 5);
    close(fit.degreesOfFreedom, 2.5195843526667074, 4);
    close(fit.pValue, 0.11553936735499346, 5);
  });

  it('is the t test over donors where donors give equally many cells (scipy stats.ttest_1samp of the means)', () => {
    const balanced = [1.2, 0.8, 1.5, 2.1, 2.6, 1.9, 0.1, 0.4, -0.2, 1.0, 1.3, 0.7];
    const fit = randomInterceptMean(balanced, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], 4);
    close(fit.pValue, 0.08077638003111863, 8);
    close(fit.low, -0.25318250509674756, 7);
    close(fit.high, 2.4865158384300807, 7);
    close(fit.betweenVariance, 0.705, 7);
    close(fit.withinVariance, 0.325 / 3, 7);
    close(fit.degreesOfFreedom, 3, 6);
  });

  it('falls back to cells where donors are alike, but not to as many degrees of freedom as cells', () => {
    const fit = randomInterceptMean([1, -1, 0.5, -0.5, 0.2, 0.9, -1.2, 0.1], [0, 0, 1, 1, 2, 2, 3, 3], 4);
    expect(fit.betweenVariance).toBe(0);
    close(fit.standardError, 0.2927700218845599);
    close(fit.degreesOfFreedom, 3, 9);
  });

  it('leaves out cells without an effect, and says nothing of one donor or one cell each', () => {
    const holes = values.flatMap((value) => [NaN, value]);
    const twice = donors.flatMap((donor) => [donor, donor]);
    expect(randomInterceptMean(holes, twice, 5)).toEqual(randomInterceptMean(values, donors, 4));
    expect(randomInterceptMean([1, 2, 3], [0, 0, 0], 1)).toMatchObject({ mean: 2, pValue: NaN });
    expect(randomInterceptMean([1, 2, 3], [0, 1, 2], 3)).toMatchObject({ mean: 2, pValue: NaN });
  });

  it('takes copies of a cell for one cell', () => {
    const fit = randomInterceptMean([1, 1, 1, 2, 2, 4, 4, 4, 4], [0, 0, 0, 1, 1, 2, 2, 2, 2], 3);
    const donorsOnly = meanTest([1, 2, 4]);
    close(fit.pValue, donorsOnly.pValue, 12);
    expect(fit.intraclassCorrelation).toBe(1);
  });

  it('moves with the unit and the order of the data', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, unit) => {
        const random = new CounterRandom(seed, 'mixed');
        const cells = Array.from({ length: 24 }, (_, i) => random.normal(i) + random.normal(100 + (i % 5)));
        const groups = cells.map((_, i) => i % 5);
        const one = randomInterceptMean(cells, groups, 5);
        const other = randomInterceptMean(cells.map((value) => unit * value).reverse(), [...groups].reverse(), 5);
        expect(Math.abs(other.mean - unit * one.mean)).toBeLessThan(1e-6 * unit);
        expect(Math.abs(other.pValue - one.pValue)).toBeLessThan(1e-6);
      }),
    );
  });

  it('rejects a true null as often as it says, where cells as replicates reject far more often', () => {
    const n = { screens: 400, donors: 5, cells: 12 };
    let [mixed, pseudoBulk, cells] = [0, 0, 0];
    for (let seed = 0; seed < n.screens; seed++) {
      const random = new CounterRandom(seed, 'pseudoreplication');
      const groups = Array.from({ length: n.donors * n.cells }, (_, i) => Math.floor(i / n.cells));
      const effects = groups.map((donor, i) => random.normal(i) + random.normal(5000 + donor));
      const means = Array.from(
        { length: n.donors },
        (_, donor) => effects.slice(donor * n.cells, (donor + 1) * n.cells).reduce((a, b) => a + b) / n.cells,
      );
      if (randomInterceptMean(effects, groups, n.donors).pValue < 0.05) mixed++;
      if (meanTest(means).pValue < 0.05) pseudoBulk++;
      if (meanTest(effects).pValue < 0.05) cells++;
    }
    // 95 % binomial interval of 400 tests at 5 %: 12 to 29.
    for (const wrong of [mixed, pseudoBulk]) {
      expect(wrong).toBeGreaterThanOrEqual(12);
      expect(wrong).toBeLessThanOrEqual(29);
    }
    expect(cells / n.screens).toBeGreaterThan(0.4);
  });
});

describe('correlation test', () => {
  const x = [1, 2, 3, 4, 5, 6, 7, 8];
  const y = [2, 1, 4, 3, 7, 8, 6, 9];

  it('is stats.spearmanr of scipy 1.17.1', () => {
    const test = correlationTest(x, y);
    close(test?.correlation ?? NaN, 0.880952380952381, 12);
    close(test?.pValue ?? NaN, 0.0038503204637324005, 12);
  });

  it('takes away what donors differ in (scipy: pearsonr of rank residuals, t with n − 1 − donors)', () => {
    const test = correlationTest(x, y, [0, 0, 0, 0, 1, 1, 1, 1]);
    close(test?.correlation ?? NaN, 0.5, 12);
    close(test?.pValue ?? NaN, 0.2531699951003227, 12);
    expect(test?.degreesOfFreedom).toBe(5);
  });

  it('needs four cells, and one degree of freedom beyond the donors (scipy 1.10.1, as above)', () => {
    close(correlationTest([1, 2, 3, 4], [2, 1, 3, 4])?.correlation ?? NaN, 0.8, 12);
    close(correlationTest([1, 2, 3, 4], [2, 1, 3, 4])?.pValue ?? NaN, 0.2, 12);
    const two = correlationTest([1, 5, 2, 9], [3, 4, 1, 8], [0, 0, 1, 1]);
    close(two?.correlation ?? NaN, 0.8944271909999159, 12);
    close(two?.pValue ?? NaN, 0.2951672353008666, 12);
    const three = correlationTest([1, 5, 2, 9, 4], [3, 4, 1, 8, 2], [0, 0, 1, 1, 2]);
    close(three?.correlation ?? NaN, 0.8574929257125442, 12);
    close(three?.pValue ?? NaN, 0.3440417392452613, 12);
    expect(correlationTest([1, 5, 2, 9], [3, 4, 1, 8], [0, 1, 2, 2])).toBeNull();
  });

  it('says nothing of three cells or where nothing varies', () => {
    expect(correlationTest([1, 2, 3], [1, 2, 3])).toBeNull();
    expect(correlationTest([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])).toBeNull();
  });
});
