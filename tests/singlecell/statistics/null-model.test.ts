import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { matchedNullGenes } from '#singlecell/statistics/matched-null.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { testAgainstNull } from '#singlecell/statistics/null-model.ts';
import { fitStudent } from '#singlecell/statistics/student-fit.ts';

const N_GENES = 1100;
const N_NULL = 200;
const N_SCREENS = 200;

/** Effects without any true one: shapes a screen may have, from light to heavy tails, lopsided and uneven. */
const shapes: Record<string, (random: CounterRandom, i: number, detections: number) => number> = {
  normal: (random, i) => random.normal(i),
  'Student t, 3 degrees of freedom': (random, i) => random.normal(6 * i) / chi(random, i, 3),
  'Student t, 5 degrees of freedom': (random, i) => random.normal(6 * i) / chi(random, i, 5),
  'log-normal': (random, i) => Math.exp(0.5 * random.normal(i)),
  'wider where rarely detected': (random, i, detections) => random.normal(i) * (1 + 300 / (100 + detections)),
};

function chi(random: CounterRandom, i: number, df: number): number {
  let sum = 0;
  for (let k = 1; k <= df; k++) sum += random.normal(6 * i + k) ** 2;
  return Math.sqrt(sum / df);
}

function syntheticScreen(shape: keyof typeof shapes, seed: number, nTrue = 0) {
  const random = new CounterRandom(seed, `screen:${shape}`);
  const detections = Float64Array.from({ length: N_GENES + N_NULL }, (_, i) => random.integer(i, 1000));
  const effects = Float64Array.from(
    detections,
    (seen, i) => shapes[shape](random, i + 10_000, seen) + (i < nTrue ? 8 : 0),
  );
  return testAgainstNull(
    { effects: effects.subarray(0, N_GENES), reach: detections.subarray(0, N_GENES) },
    { effects: effects.subarray(N_GENES), reach: detections.subarray(N_GENES) },
  );
}

describe('test against expression-matched null genes', () => {
  it.each(Object.keys(shapes))('holds an FDR of .05 over 200 screens without a true effect: %s', (shape) => {
    let wrong = 0;
    for (let seed = 0; seed < N_SCREENS; seed++) {
      const { pValues } = syntheticScreen(shape, seed);
      if (benjaminiHochberg(pValues).some((fdr) => fdr < 0.05)) wrong++;
    }
    // Without a true effect every discovery is false, so the FDR is the share of screens with any; 5 % plus two
    // standard errors of 200 screens.
    expect(wrong / N_SCREENS).toBeLessThanOrEqual(0.081);
  });

  it('raw p-values are uniform where nothing is true', () => {
    let below = 0;
    for (let seed = 0; seed < 20; seed++)
      below += syntheticScreen('normal', seed).pValues.filter((p) => p < 0.05).length;
    expect(below / (20 * N_GENES)).toBeGreaterThan(0.04);
    expect(below / (20 * N_GENES)).toBeLessThan(0.06);
  });

  it('finds planted effects beyond what counting 200 null genes could resolve', () => {
    const { pValues, percentiles } = syntheticScreen('normal', 1, 10);
    const fdr = benjaminiHochberg(pValues);
    expect(fdr.subarray(0, 10).every((value) => value < 0.05)).toBe(true);
    expect(percentiles[0]).toBe(100);
    // (k + 1) / (n + 1) can be no smaller than this, and times 1100 / 10 it is above 5 %.
    expect((1 / (N_NULL + 1)) * (N_GENES / 10)).toBeGreaterThan(0.05);
  });

  it('tests nothing where the null has no spread, and skips missing effects', () => {
    const zero = testAgainstNull(
      { effects: [1, NaN], reach: [5, 5] },
      { effects: new Float64Array(50), reach: new Float64Array(50).fill(5) },
    );
    expect(zero.pValues[0]).toBe(1);
    expect(zero.pValues[1]).toBeNaN();
  });

  it('tests genes that all move the same number of cells', () => {
    const random = new CounterRandom(6, 'same-reach');
    const { pValues, counted } = testAgainstNull(
      { effects: [0, 3, 12], reach: [9, 9, 9] },
      { effects: Float64Array.from({ length: 200 }, (_, i) => random.normal(i)), reach: new Float64Array(200).fill(9) },
    );
    expect(pValues[0]).toBeGreaterThan(0.8);
    // A normal distribution would say .0027 and 10^-33; with 200 null genes its tails are not that well known.
    expect(pValues[1]).toBeGreaterThan(0.0027);
    expect(pValues[1]).toBeLessThan(0.02);
    expect(pValues[2]).toBeLessThan(1e-4);
    // (k + 1) / (n + 1), k of n null genes being as far out.
    expect(counted[2]).toBe(1 / 201);
    expect(counted[1] * 201).toBeLessThan(5);
    expect(counted[0] * 201).toBeGreaterThan(180);
  });

  it('is what numpy 2.4.6 and scipy 1.17.1 make of null genes of many reaches, with outliers', () => {
    // Reaches of null genes leave gaps, some are shared by many, some are too small to count; one effect is missing.
    const rest = [3, 3, 3, 3, 3, 4, 4, 6, 40, 40, 20, 2, 1, 8];
    const reach = Float64Array.from({ length: 84 }, (_, i) => rest[i - 70] ?? [3, 4, 6, 8, 12, 20, 40][i % 7]);
    const effects = reach.map((r, i) => ((Math.round(1000 * Math.sin(7.3 * i)) / 1000) * 4) / Math.sqrt(r) + 0.05);
    effects.set([9], 10);
    effects.set([-7.5], 33);
    effects.set([NaN], 50);
    const asked = {
      effects: [0.3, 2.5, -1.2, 0.8, 1.9, -0.4, 1.1, 0.9, -2, 4, 0.05],
      reach: [3, 4, 5, 7, 9, 10, 16, 40, 100, 2, 12],
    };
    const test = testAgainstNull(asked, { effects, reach });
    expect(test.nNull).toBe(81);
    const z = [0.0655543768991, 1.47940899694, -0.903651808233, 0.393965425879, 1.12052053791, -0.349589815594];
    z.push(0.65411159772, 0.886779282093, -1.84014722873, NaN, -0.05126775721);
    const pValues = [0.929498887, 0.11647311, 0.276355301, 0.604177661, 0.197523429, 0.643750855, 0.408264952];
    pValues.push(0.283749698, 0.071922299, NaN, 0.944819307);
    const below = [45, 80, 11, 54, 74, 30, 64, 70, 1, NaN, 39];
    const asFar = [76, 4, 23, 56, 16, 59, 37, 23, 3, NaN, 76];
    asked.reach.forEach((r, i) => {
      if (r < 3)
        return expect([test.z[i], test.pValues[i], test.percentiles[i], test.counted[i]]).toEqual(Array(4).fill(NaN));
      expect(test.z[i]).toBeCloseTo(z[i], 10);
      // The reference maximises the likelihood by another method.
      expect(test.pValues[i]).toBeCloseTo(pValues[i], 7);
      expect((test.percentiles[i] * 81) / 100).toBeCloseTo(below[i], 9);
      expect(test.counted[i] * 82).toBeCloseTo(asFar[i], 9);
    });
  });

  it('takes the mean spread for a trend where null genes of some reach have none', () => {
    // 60 null genes that all do the same at reach 5, 60 that do not at reach 50: 50 of the same each, so nothing is shared.
    const random = new CounterRandom(8, 'no spread');
    const effects = Float64Array.from({ length: 120 }, (_, i) => (i < 60 ? 1 : random.normal(i)));
    const reach = effects.map((_, i) => (i < 60 ? 5 : 50));
    const spread = effects.subarray(60);
    const centre = [...spread].sort((a, b) => a - b).slice(29, 31);
    const median = (centre[0] + centre[1]) / 2;
    // No outlier: none lies 4 robust standard deviations away.
    const variance = spread.reduce((sum, value) => sum + (value - median) ** 2, 0) / 59;
    const { z } = testAgainstNull({ effects: [2, 2], reach: [5, 50] }, { effects, reach });
    const trend = variance / 2;
    expect(z[0]).toBeCloseTo(1 / Math.sqrt((20 * trend) / 80), 10);
    expect(z[1]).toBeCloseTo((2 - median) / Math.sqrt((60 * variance + 20 * trend) / 80), 10);
  });

  it('takes null genes from three cells on, and no fewer than three of them', () => {
    const nulls = (reach: number[]) => ({ effects: [-1, 0.5, 1], reach });
    const gene = { effects: [2, 2], reach: [3, 2] };
    expect([...testAgainstNull(gene, nulls([3, 3, 2])).pValues]).toEqual([NaN, NaN]);
    const { nNull, pValues } = testAgainstNull(gene, nulls([3, 3, 3]));
    expect(nNull).toBe(3);
    expect(pValues[0]).toBeGreaterThan(0);
    expect(pValues[1]).toBeNaN();
  });

  it('fits light tails to normal residuals and heavy ones to heavy', () => {
    const random = new CounterRandom(2, 'fit');
    const normal = Float64Array.from({ length: 2000 }, (_, i) => 3 * random.normal(i));
    const heavy = Float64Array.from({ length: 2000 }, (_, i) =>
      shapes['Student t, 3 degrees of freedom'](random, i + 5000, 0),
    );
    const likeliest = (residuals: Float64Array) =>
      fitStudent(residuals).reduce((a, b) => (b.weight > a.weight ? b : a));
    expect(likeliest(normal).degreesOfFreedom).toBeGreaterThanOrEqual(20);
    expect(likeliest(normal).scale).toBeGreaterThan(2.8);
    expect(likeliest(normal).scale).toBeLessThan(3.2);
    expect(likeliest(heavy).degreesOfFreedom).toBeLessThanOrEqual(4);
    expect(fitStudent([0, 0, 0])).toEqual([]);
  });
});

describe('matched null genes', () => {
  const random = new CounterRandom(4, 'expression');
  const nGenes = 3000;
  const expression = {
    detections: Int32Array.from({ length: nGenes }, (_, i) => Math.floor(Math.exp(7 * random.uniform(i)))),
    meanValues: Float64Array.from({ length: nGenes }, (_, i) => 1 + random.uniform(i + 10_000)),
  };
  // Candidates are the rarely seen genes; the pool is mostly of frequent ones.
  const all = Array.from({ length: nGenes }, (_, i) => i);
  const candidates = all.filter((i) => expression.detections[i] < 60 && i % 3 === 0);
  const pool = all.filter((i) => !candidates.includes(i));
  const options = { nGenes: 200, seed: 0 };

  it('are expressed like the candidates, unlike the pool', () => {
    const chosen = matchedNullGenes(expression, candidates, pool, options);
    const mean = (genes: number[]) =>
      genes.reduce((sum, i) => sum + Math.log(expression.detections[i]), 0) / genes.length;
    expect(chosen).toHaveLength(200);
    expect(new Set(chosen).size).toBe(200);
    expect(chosen.every((gene) => pool.includes(gene))).toBe(true);
    expect(Math.abs(mean(chosen) - mean(candidates))).toBeLessThan(0.15);
    expect(Math.abs(mean(pool) - mean(candidates))).toBeGreaterThan(1);
  });

  it('are the same for the same seed and others for another', () => {
    const chosen = matchedNullGenes(expression, candidates, pool, options);
    expect(matchedNullGenes(expression, candidates, pool, options)).toEqual(chosen);
    expect(matchedNullGenes(expression, candidates, pool, { ...options, seed: 1 })).not.toEqual(chosen);
  });

  it('are all there are where the pool is small', () => {
    expect(matchedNullGenes(expression, [1, 2], [9, 5], options)).toEqual([5, 9]);
  });
});
