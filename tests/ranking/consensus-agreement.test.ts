import { describe, expect, it } from 'vitest';
import { agreementOf } from '#ranking/consensus-agreement.ts';

/** Ranks of 22 genes in three rankings; one lacks the last, another the first two. */
const N_GENES = 22;
const FIRST = Array.from({ length: N_GENES }, (_, i): number | null => i + 1);
const SECOND = [4, 9, 14, 18, 1, 6, 11, 16, 20, 3, 8, 13, 17, 21, 5, 10, 15, 19, 2, 7, 12, null];
const THIRD = FIRST.map((_, i) => (i < 2 ? null : 22 - i));
const genes = (['towards', 'away', 'mixed', 'unclear', 'unclear'] as const).map((direction) => ({ direction }));

describe('agreement of rankings', () => {
  const { nShared, kendallW, pairs, directionAgreement } = agreementOf([FIRST, SECOND, THIRD], genes);

  it('is told of every pair, over the genes that both have', () => {
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(pairs.map((pair) => pair.nShared)).toEqual([21, 20, 19]);
    // scipy 1.10.1: spearmanr over those genes
    const expected = [0.0935064935064935, -1, 0.04385964912280702];
    pairs.forEach(({ spearman }, i) => expect(spearman).toBeCloseTo(expected[i], 12));
  });

  it('counts genes shared at the top where a ranking is at least twice as long', () => {
    const top = pairs.map((pair) => pair.top);
    expect(top.map((one) => one.map(({ k }) => k))).toEqual([[10], [10], []]);
    // The first ten of either, and 10 · 10 / number of genes by chance.
    const firstTen = (ranks: (number | null)[], isThere: (i: number) => boolean) =>
      ranks
        .flatMap((rank, i) => (rank !== null && isThere(i) ? [{ rank, i }] : []))
        .sort((x, y) => x.rank - y.rank)
        .slice(0, 10)
        .map(({ i }) => i);
    const shared = firstTen(FIRST, (i) => i !== 21).filter((i) => firstTen(SECOND, () => true).includes(i)).length;
    expect(shared).toBe(5);
    expect(top[0][0]).toEqual({ k: 10, shared, byChance: 100 / 21 });
    // Turned around: none of the first ten of twenty.
    expect(top[1][0]).toEqual({ k: 10, shared: 0, byChance: 5 });
  });

  it('is over the genes that all have, and over clear directions', () => {
    expect(nShared).toBe(19);
    expect(kendallW).toBeCloseTo(1 / 9, 12);
    expect(directionAgreement).toBeCloseTo(2 / 3, 12);
    expect(agreementOf([FIRST, FIRST], [{ direction: 'unclear' }])).toMatchObject({
      kendallW: 1,
      directionAgreement: null,
    });
  });
});
