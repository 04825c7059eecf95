import { describe, expect, it } from 'vitest';
import { detectSpecies, requireSpecies } from '#singlecell/genes/species.ts';

describe('detectSpecies', () => {
  it.each([
    ['human', ['SPI1', 'GATA1', 'MT-ND1', 'HLA-A', 'C1orf112']],
    ['mouse', ['Spi1', 'Gata1', 'mt-Nd1', 'H2-Aa', '4933401J01Rik']],
    ['human', ['ENSG00000066336.1', 'ENSG00000102145']],
    ['mouse', ['ENSMUSG00000031162', 'ENSMUSG00000002111.3']],
    ['human', ['GRCh38_SPI1', 'GRCh38_GATA1']],
  ] as const)('says %s for %j', (species, names) => {
    expect(detectSpecies(names)).toMatchObject({ species, confidence: 1 });
  });

  it('believes ids before symbols', () => {
    expect(detectSpecies(['SPI1', 'GATA1'], ['ENSMUSG00000002111', 'ENSMUSG00000031162']).species).toBe('mouse');
  });

  it.each([
    [
      ['ENSDARG00000000001', 'ENSDARG00000000002'],
      'unsupported',
      /2 zebrafish ids.*human or mouse is expected; choose Species/,
    ],
    [['1', '2', '3'], 'unsupported', /3 unrecognised names/],
    [[], 'unsupported', /no names/],
    [['SPI1', 'GATA1', 'Spi1', 'Gata1'], 'data-format', /two species \(2 human symbols, 2 mouse symbols\)/],
  ])('refuses %j with what was seen', (names, code, message) => {
    const detection = detectSpecies(names);
    expect(detection.species).toBeNull();
    expect(() => requireSpecies(detection, 'x.h5ad')).toThrow(message);
    expect(() => requireSpecies(detection, 'x.h5ad')).toThrow(expect.objectContaining({ code }) as Error);
  });
});
