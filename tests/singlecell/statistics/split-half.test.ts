import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';
import { splitHalfStability } from '#singlecell/statistics/split-half.ts';

const N_GENES = 12;
const SPLITS = 20;

/** Some effect common to all replicates, and as much of each replicate's own. */
function noisy(nReplicates: number): Float64Array {
  const random = new CounterRandom(3, 'split-half cells');
  return Float64Array.from({ length: N_GENES * nReplicates }, (_, i) => {
    const gene = Math.floor(i / nReplicates);
    return random.normal(gene) + 1.5 * random.normal(1000 + i);
  });
}

/** Correlation of the mean effects in the replicates `first` and in all others. */
function correlationOf(effects: Float64Array, nReplicates: number, first: readonly number[]): number {
  const mean = (isWanted: (replicate: number) => boolean) =>
    Array.from({ length: N_GENES }, (_, gene) => {
      const told = [...effects.subarray(gene * nReplicates, (gene + 1) * nReplicates)].filter((_, r) => isWanted(r));
      const finite = told.filter((effect) => !Number.isNaN(effect));
      return finite.reduce((sum, effect) => sum + effect, 0) / finite.length;
    });
  return spearman(
    mean((r) => first.includes(r)),
    mean((r) => !first.includes(r)),
  )!;
}

describe('stability over halves of the replicates', () => {
  it.each([4, 5, 7])(
    'is the mean over 20 halvings, each drawn with numbers of its own: %i replicates',
    (nReplicates) => {
      const effects = noisy(nReplicates);
      effects[3 * nReplicates] = NaN;
      const random = new CounterRandom(11, 'split-half');
      const correlations = Array.from({ length: SPLITS }, (_, split) => {
        const order = random.permutation(nReplicates, split * nReplicates);
        return correlationOf(effects, nReplicates, [...order.subarray(0, Math.floor(nReplicates / 2))]);
      });
      const expected = correlations.reduce((sum, value) => sum + value, 0) / SPLITS;
      const found = splitHalfStability(effects, { nGenes: N_GENES, nReplicates }, 11);
      expect(found).toBeCloseTo(expected, 12);
      expect(new Set(correlations).size).toBeGreaterThan(2);
      // Another seed halves otherwise.
      expect(splitHalfStability(effects, { nGenes: N_GENES, nReplicates }, 12)).not.toBe(found);
    },
  );

  it('needs four replicates', () => {
    const of = (nReplicates: number) => splitHalfStability(noisy(nReplicates), { nGenes: N_GENES, nReplicates }, 0);
    expect(of(3)).toBeNull();
    expect(of(4)).not.toBeNull();
  });

  it('is 1 where replicates agree, and unknown where nothing can be compared', () => {
    const alike = Float64Array.from({ length: N_GENES * 6 }, (_, i) => Math.floor(i / 6) ** 2);
    expect(splitHalfStability(alike, { nGenes: N_GENES, nReplicates: 6 }, 0)).toBeCloseTo(1, 12);
    expect(
      splitHalfStability(
        alike.map(() => NaN),
        { nGenes: N_GENES, nReplicates: 6 },
        0,
      ),
    ).toBeNull();
    expect(splitHalfStability(alike.fill(1), { nGenes: N_GENES, nReplicates: 6 }, 0)).toBeNull();
  });
});
