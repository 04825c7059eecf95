import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { hypergeometricSurvival } from '#singlecell/statistics/hypergeometric.ts';
import { monotoneTrend } from '#singlecell/statistics/monotone-trend.ts';

const options = { nPermutations: 4999, seed: 3 };

describe('trend with the dose', () => {
  it('fits and explains as isoreg of the block-centred means (R 4.2.2)', () => {
    const trend = monotoneTrend(
      [
        [0.1, 0.22, 0.2, 0.18, 0.3],
        [0.05, 0.21, 0.1, 0.22, 0.24],
        [0.2, 0.28, 0.25, 0.31, 0.33],
      ],
      options,
    );
    expect(trend.direction).toBe('rising');
    [0.116666666666667, 0.21, 0.21, 0.236666666666667, 0.29].forEach((value, i) =>
      expect(trend.fitted[i]).toBeCloseTo(value, 13),
    );
    expect(trend.explained).toBeCloseTo(0.917355371900826, 12);
  });

  it('has the p-value of all 216 arrangements (enumerated in R 4.2.2: 20 / 216)', () => {
    const rows = [
      [0.1, 0.3, 0.2],
      [0, 0.15, 0.4],
      [0.2, 0.1, 0.5],
    ];
    const { pValue } = monotoneTrend(rows, { nPermutations: 20_000, seed: 1 });
    // Three standard errors of 20,000 draws.
    expect(Math.abs(pValue! - 20 / 216)).toBeLessThan(3 * Math.sqrt((0.0926 * 0.9074) / 20_000));
  });

  it('is the same downwards', () => {
    const rows = [
      [3, 2, 2.5, 1, 0],
      [4, 3.5, 3, 2, 2],
      [2, 2, 1, 1, 0.5],
    ];
    const up = monotoneTrend(
      rows.map((row) => row.map((value) => -value)),
      options,
    );
    const down = monotoneTrend(rows, options);
    expect(down).toMatchObject({ direction: 'falling', explained: up.explained, pValue: up.pValue });
    expect([...down.fitted]).toEqual([...up.fitted].map((value) => -value));
    expect(down.pValue).toBeLessThan(0.01);
  });

  it('says nothing of a curve without change, of one replicate or of two doses', () => {
    expect(
      monotoneTrend(
        [
          [1, 1, 1],
          [2, 2, 2],
        ],
        options,
      ),
    ).toMatchObject({ direction: 'flat', explained: null, pValue: 1 });
    expect(monotoneTrend([[1, 2, 3]], options).pValue).toBeNull();
    expect(
      monotoneTrend(
        [
          [1, 2],
          [2, 3],
          [3, 4],
        ],
        options,
      ).pValue,
    ).toBeNull();
  });

  it('finds a trend in noise about as often as chance, with p-values spread evenly', () => {
    const random = new CounterRandom(5, 'noise');
    const pValues: number[] = [];
    for (let study = 0; study < 200; study++) {
      const rows = Array.from({ length: 6 }, (_, r) =>
        Array.from({ length: 5 }, (_dose, d) => random.normal((study * 6 + r) * 5 + d)),
      );
      pValues.push(monotoneTrend(rows, { nPermutations: 199, seed: study }).pValue!);
    }
    const below = (level: number) => pValues.filter((p) => p <= level).length;
    // 5 % of 200, and four standard deviations; half and a quarter of them, and four.
    expect(below(0.05)).toBeLessThanOrEqual(22);
    expect(Math.abs(below(0.5) - 100)).toBeLessThan(29);
    expect(Math.abs(below(0.25) - 50)).toBeLessThan(25);
  });
});

describe('hypergeometric tail', () => {
  it('gives the number of phyper (R 4.2.2)', () => {
    expect(hypergeometricSurvival(3, 1000, 30, 50)).toBeCloseTo(0.1856553, 7);
    expect(hypergeometricSurvival(0, 1000, 30, 50)).toBeCloseTo(1, 10);
    expect(hypergeometricSurvival(31, 1000, 30, 50)).toBe(0);
  });
});
