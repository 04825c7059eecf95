import { describe, expect, it } from 'vitest';
import { chosenFdr, chosenGroup, findGenes } from '#ranking/chosen.ts';
import { permutationTest, rankSum } from '#singlecell/statistics/rank-tests.ts';

describe('genes chosen in advance', () => {
  const effects = [0.4, 0.5, 0.2, 0.6];
  const nulls = Array.from({ length: 30 }, (_, i) => Math.sin(3 * i) / 2);
  const rest = { notRanked: ['NOSUCH'], seed: 4 };

  it('are compared as a group by ranks and by 2,000 relabellings of means', () => {
    const group = chosenGroup(effects, nulls, [0.01, 0.05, null, 0.049], rest);
    expect(group).toEqual({
      nTested: 4,
      nSignificant: 2,
      notRanked: ['NOSUCH'],
      rankSumPValue: rankSum(effects, nulls).pValue,
      permutationPValue: permutationTest(effects, nulls, { nPermutations: 2000, seed: 4 }).pValue,
    });
    expect(group.permutationPValue).toBeLessThan(0.05);
    expect(chosenGroup([], nulls, [], rest)).toMatchObject({ nTested: 0, permutationPValue: 1 });
    expect(chosenGroup(effects, [], [], rest)).toMatchObject({ nTested: 4, permutationPValue: 1 });
  });

  it('have a false discovery rate of their own: p · m / rank over the chosen alone', () => {
    const fdr = chosenFdr([0.01, 0.5, 0.03, NaN, 0.04], [true, false, true, true, true]);
    // Three tests; the one without a p-value is none.
    expect(fdr[0]).toBeCloseTo(0.03, 12);
    expect(fdr[1]).toBeNull();
    expect(fdr[2]).toBeCloseTo(0.04, 12);
    expect(fdr[3]).toBe(1);
    expect(fdr[4]).toBeCloseTo(0.04, 12);
  });

  it('are found by id, symbol or alias in any case, each once', () => {
    const genes = [
      { id: 'ENSG01', symbol: 'SPI1' },
      { id: 'ENSG02', symbol: 'GATA1' },
    ];
    const resolve = (name: string) => (name === 'PU.1' ? 'ENSG01' : name === 'KLF4' ? 'ENSG09' : null);
    const { ids, unknown } = findGenes(['pu.1', ' PU.1 ', 'ensg02', 'Gata1', '', 'KLF4'], genes, resolve);
    expect([...ids]).toEqual(['ENSG01', 'ENSG02']);
    expect(unknown).toEqual(['pu.1', 'KLF4']);
    expect(findGenes(['spi1'], genes).ids).toEqual(new Set(['ENSG01']));
    expect(findGenes(['PU.1'], genes).unknown).toEqual(['PU.1']);
  });
});
