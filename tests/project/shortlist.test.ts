import { describe, expect, it } from 'vitest';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { chosenGenes } from '#project/stored/shortlist.ts';

const ranked = [
  { geneId: 'ENSG1', symbol: 'GATA1' },
  { geneId: 'ENSG2', symbol: 'SPI1' },
] as RankedGene[];

describe('genes chosen from a ranking', () => {
  it('are found by symbol in any case or by id, each once, in the order given', () => {
    expect(chosenGenes(ranked, ['spi1', 'ENSG1', ' GATA1 ']).map(({ symbol }) => symbol)).toEqual(['SPI1', 'GATA1']);
  });

  it('are refused where the ranking has them not', () => {
    expect(() => chosenGenes(ranked, ['GATA1', 'NOPE'])).toThrow(/NOPE: not in this ranking/);
  });
});
