import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { halfAgreement, rankStability } from '#singlecell/statistics/rank-stability.ts';
import { responseCollapse, specificEffects } from '#singlecell/statistics/responses.ts';

describe('responses over states', () => {
  const effects = [1, 2, 3, 2, 1, 0, -1, 0.5, 2, 0, 1, 1, 0.3, -0.2, 0.4];

  it('takes away what a gene does to other states', () => {
    const specific = specificEffects({ effects, nGenes: 5, nStates: 3 }, 1);
    [0, 0, 0, 0.5, -0.55].forEach((expected, i) => expect(specific[i]).toBeCloseTo(expected, 12));
    expect(specificEffects({ effects: [1, 2], nGenes: 2, nStates: 1 }, 0)).toEqual(Float64Array.of(NaN, NaN));
  });

  it('finds the common response and the line (golden: numpy 2.4.6 linalg.svd)', () => {
    const found = responseCollapse({ effects, nGenes: 5, nStates: 3 });
    expect(found?.rankOneShare).toBeCloseTo(0.7402051475899449, 12);
    expect(found?.meanShare).toBeCloseTo(0.4878673700075358, 12);
  });

  it('tells a collapsed model from one that answers each gene its own way', () => {
    const random = new CounterRandom(3, 'responses');
    const same = Float64Array.from({ length: 400 }, (_, i) => [3, -2, 1, 4][i % 4] + 0.1 * random.normal(i));
    const own = Float64Array.from({ length: 400 }, (_, i) => random.normal(i));
    expect(responseCollapse({ effects: same, nGenes: 100, nStates: 4 })?.meanShare).toBeGreaterThan(0.99);
    expect(responseCollapse({ effects: own, nGenes: 100, nStates: 4 })?.meanShare).toBeLessThan(0.05);
    expect(responseCollapse({ effects: own, nGenes: 100, nStates: 4 })?.rankOneShare).toBeLessThan(0.5);
    expect(responseCollapse({ effects: new Float64Array(8), nGenes: 2, nStates: 4 })).toBeNull();
  });
});

describe('stability of ranks', () => {
  const random = new CounterRandom(5, 'ranks');
  const shape = { nGenes: 60, nCells: 24, replicates: Array.from({ length: 24 }, (_, i) => i % 6), nReplicates: 6 };
  const effects = (noise: number) =>
    Float64Array.from({ length: 60 * 24 }, (_, i) => -Math.floor(i / 24) / 10 + noise * random.normal(i));

  it('is certain of ranks without noise and tells the range of those with it', () => {
    const sure = rankStability({ ...shape, effects: effects(0) }, 1);
    expect([...sure.low]).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect([...sure.high]).toEqual([...sure.low]);
    expect([...sure.topShare].map((share) => Math.round(share))).toEqual(
      Array.from({ length: 60 }, (_, i) => (i < 30 ? 1 : 0)),
    );
    const unsure = rankStability({ ...shape, effects: effects(3) }, 1);
    const width = unsure.high.reduce((sum, high, i) => sum + high - unsure.low[i], 0) / 60;
    expect(width).toBeGreaterThan(5);
    expect(unsure.low.every((low, i) => low <= unsure.high[i])).toBe(true);
    expect(rankStability({ ...shape, effects: effects(3) }, 1)).toEqual(unsure);
  });

  it('gives genes that tie the same range, whatever their order', () => {
    const tied = rankStability({ ...shape, effects: new Float64Array(60 * 24) }, 1);
    expect(new Set(tied.low).size).toBe(1);
    expect(tied.low[0]).toBe(30.5);
  });

  it('gives every donor the same say, however many cells it has', () => {
    // Of 44 cells 30 are of one donor, in whom gene 0 leads; in the seven others gene 1 does.
    const replicates = Array.from({ length: 44 }, (_, cell) => Math.max(0, Math.floor((cell - 28) / 2)));
    const own = Float64Array.from({ length: 88 }, (_, i) =>
      Math.floor(i / 44) === (replicates[i % 44] === 0 ? 0 : 1) ? 1 : 0,
    );
    const { low, high } = rankStability({ effects: own, nGenes: 2, nCells: 44, replicates, nReplicates: 8 }, 1);
    expect([[...low], [...high]]).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  it('splits donors, not cells, where donors are the replicate', () => {
    const donorNoise = Float64Array.from({ length: 60 * 24 }, (_, i) =>
      random.normal(10_000 + Math.floor(i / 24) * 6 + (i % 6)),
    );
    const cellsOwn = { ...shape, replicates: Array.from({ length: 24 }, (_, i) => i), nReplicates: 24 };
    const byDonor = halfAgreement({ ...shape, effects: donorNoise }, 1);
    const byCell = halfAgreement({ ...cellsOwn, effects: donorNoise }, 1);
    expect(Math.abs(byDonor?.spearman ?? 1)).toBeLessThan(0.3);
    expect(byCell?.spearman).toBeGreaterThan(0.6);
    expect(byDonor?.nSplits).toBeGreaterThanOrEqual(5);
    expect(
      halfAgreement(
        { ...shape, replicates: shape.replicates.map((d) => d % 3), nReplicates: 3, effects: donorNoise },
        1,
      ),
    ).toBeNull();
  });
});
