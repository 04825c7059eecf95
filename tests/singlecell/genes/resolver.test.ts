import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Species } from '#shared/domain/gene.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';

let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', 'resources'));
});

/** `SYMBOL by` for a match, `?A|B` for an ambiguity, `-reason` for nothing. */
function say(name: string, species: Species): string {
  const found = resolver.resolve(name, species);
  if (found.status === 'matched') return `${found.gene.symbol} ${found.by}`;
  if (found.status === 'ambiguous')
    return `?${found.candidates
      .map(({ symbol }) => symbol)
      .sort()
      .join('|')}`;
  return `-${found.reason}`;
}

describe('human names', () => {
  it.each([
    ['ENSG00000066336', 'SPI1 ensembl'],
    ['ENSG00000066336.12', 'SPI1 ensembl'],
    ['SPI1', 'SPI1 symbol'],
    ['spi1', 'SPI1 symbol-case'],
    ['PU.1', 'SPI1 alias'],
    ['MLL', 'KMT2A previous'],
    ['QARS', 'QARS1 previous'],
    ['SEPT2', 'SEPTIN2 previous'],
    ['MARCH1', 'MARCHF1 previous'],
    ['OCT4', 'POU5F1 alias'],
    ['7157', 'TP53 entrez'],
    ['LOC7157', 'TP53 entrez'],
    ['2-Sep', 'SEPTIN2 excel-date'],
    ['Sep-02', 'SEPTIN2 excel-date'],
    ['2-Sept', 'SEPTIN2 excel-date'],
    ['2022-09-07', 'SEPTIN7 excel-date'],
    ['2022-09-07 00:00:00', 'SEPTIN7 excel-date'],
    ['44806', 'SEPTIN2 excel-date'],
    ['15-Sep', 'SELENOF excel-date'],
    ['5-Mar', 'MARCHF5 excel-date'],
    ['1-Dec', 'DELEC1 excel-date'],
    ['1-Mar', '?MARCHF1|MTARC1'],
    ['2. Sep', 'SEPTIN2 excel-date'],
    ['2-sept', 'SEPTIN2 excel-date'],
    ['2-Sep-20', 'SEPTIN2 excel-date'],
    ['2 September 2020', 'SEPTIN2 excel-date'],
    ['Sep-2', 'SEPTIN2 excel-date'],
    ['02/09/2020', 'SEPTIN2 excel-date'],
    ['02.09.2020', 'SEPTIN2 excel-date'],
    ['2020-09-02', 'SEPTIN2 excel-date'],
    ['2020/9/2', 'SEPTIN2 excel-date'],
    ['44441', 'SEPTIN2 excel-date'],
    ['44441.0', 'SEPTIN2 excel-date'],
    ['3-Mär', 'MARCHF3 excel-date'],
    ['3-mars', 'MARCHF3 excel-date'],
    ['5 mrt', 'MARCHF5 excel-date'],
    ['9 set', 'SEPTIN9 excel-date'],
    ['1-Dez', 'DELEC1 excel-date'],
    ['2-Mär', '?MARCHF2|MTARC2'],
    ['03/09/2020', '?MARCHF9|SEPTIN3'],
    ['5-Mai', '-no human gene goes by this name'],
    ['NKX6.1', 'NKX6-1 punctuation'],
    ['X.SPI1', '-no human gene goes by this name'],
    ['SPI1_ENSG00000066336', 'SPI1 ensembl'],
    ['ENSG00000066336.12_SPI1', 'SPI1 ensembl'],
    ['ENSG00000066336|SPI1', 'SPI1 ensembl'],
    ['ENSG00000066336.12_3', 'SPI1 ensembl'],
    ['ENSG00000999999_SPI1', 'SPI1 joined'],
    ['hg38_SPI1', 'SPI1 symbol'],
    ['GRCh38-SPI1', 'SPI1 symbol'],
    ['"SPI1"', 'SPI1 symbol'],
    ['APITD1.CORT', 'CENPS-CORT punctuation'],
    ['ENST00000378538.8', '-an id of a transcript, protein or exon, not of a gene'],
    ['RP11-999Z9.3', '-named after a clone in an older annotation'],
    ['RP11-290F20.3', 'PELATON previous'],
    ['2.31E+13', '-a name that a spreadsheet turned into a number; which one cannot be told'],
    ['HLA.A', 'HLA-A punctuation'],
    ['TBCE-1', 'TBCE suffix'],
    ['TBCE.1', 'TBCE suffix'],
    ['NKX2-5', 'NKX2-5 symbol'],
    ['Trp53', 'TP53 ortholog'],
    ['ERCC-00002', '-a spike-in control, not a gene'],
    ['ENSMUSG00000031162', '-a mouse id, the cells are human'],
    ['ENSRNOG00000000001', '-an id of another species (ENSRNOG), the cells are human'],
    ['NOTAGENE', '-no human gene goes by this name'],
    ['  ', '-empty name'],
  ])('%s → %s', (name, expected) => {
    expect(say(name, 'human')).toBe(expected);
  });

  it('take whole numbers as Entrez ids where the list is one of numbers, as dates where it is not', () => {
    // Day 43710 of the spreadsheet calendar is 2 September 2019.
    const inSymbols = resolver.resolveAll(['SPI1', 'GATA1', '43710'], 'human')[2];
    expect(inSymbols).toMatchObject({ status: 'matched', by: 'excel-date', gene: { symbol: 'SEPTIN2' } });
  });

  it('strip a number only where the name without it is in use', () => {
    expect(resolver.resolveAll(['MLL', 'MLL-1'], 'human')[1]).toMatchObject({
      by: 'suffix',
      gene: { symbol: 'KMT2A' },
    });
    expect(resolver.resolve('ZZZZZ-1', 'human').status).toBe('missing');
  });
});

describe('mouse names', () => {
  it.each([
    ['ENSMUSG00000031162.4', 'Gata1 ensembl'],
    ['Gata1', 'Gata1 symbol'],
    ['GATA1', 'Gata1 symbol-case'],
    ['Sept2', 'Septin2 ortholog'],
    ['2-Sep', 'Septin2 excel-date'],
    ['TP53', 'Trp53 ortholog'],
    ['mt-Nd1', 'mt-Nd1 symbol'],
    ['Dnahc5', 'Dnah5 previous'],
    ['mKIAA0101', 'Pclaf ortholog'],
    ['mm10_Gata1', 'Gata1 symbol'],
    ['mm10---Gata1', 'Gata1 symbol'],
    ['gata1.1', 'Gata1 suffix'],
    ['X4933401J01Rik', '4933401J01Rik punctuation'],
    ['MT-ND1', 'mt-Nd1 symbol-case'],
    ['dj-1_Park7', 'Park7 joined'],
    ['Trex1_Atrip', '?Atrip|Trex1'],
    ['4933401J01Rik', '4933401J01Rik symbol'],
    ['ENSG00000066336', '-a human id, the cells are mouse'],
  ])('%s → %s', (name, expected) => {
    expect(say(name, 'mouse')).toBe(expected);
  });
});

describe('a list that a person pastes', () => {
  it('may be separated by anything and repeat itself', () => {
    const { matched, ambiguous, missing } = resolver.resolveGeneList(
      'SPI1, GATA1;pax5\n"PAX5"\tSPI1  1-Mar Nonsense1',
      'human',
    );
    expect(matched.map(({ input, gene }) => `${input}=${gene.symbol}`)).toEqual([
      'SPI1=SPI1',
      'GATA1=GATA1',
      'pax5=PAX5',
      'PAX5=PAX5',
    ]);
    expect(ambiguous.map(({ input }) => input)).toEqual(['1-Mar']);
    expect(missing.map(({ input }) => input)).toEqual(['Nonsense1']);
  });
});

describe('gene sets and orthologs', () => {
  it('know regulators, mitochondrial and core genes of both species', () => {
    const { sets } = resolver;
    expect(sets.isTranscriptionFactor('ENSG00000066336', 'human')).toBe(true);
    expect(sets.isTranscriptionFactor('ENSMUSG00000002111', 'mouse')).toBe(true);
    expect(sets.isTranscriptionFactor('ENSG00000111640', 'human')).toBe(false);
    expect(sets.set('mitochondrial_encoded', 'human').size).toBe(37);
    expect(sets.set('mitochondrial_encoded', 'mouse').size).toBe(37);
    expect(sets.isCoreGene('ENSG00000066336', 'human')).toBe(true);
    expect(sets.isCoreGene('ENSG00000268895', 'human')).toBe(false);
    // Lambert 2018 lists 1,639; 1,633 of them have an Ensembl id in HGNC of 2024-10.
    expect(sets.transcriptionFactors('human').size).toBe(1633);
  });

  it('map one to one, both ways', () => {
    const { orthologs } = resolver;
    expect(orthologs.mouse('ENSG00000066336')).toBe('ENSMUSG00000002111');
    expect(orthologs.human('ENSMUSG00000002111')).toBe('ENSG00000066336');
    expect(orthologs.homologs().size).toBe(orthologs.size);
  });

  it('tell how a gene is related to the other species', () => {
    const { orthologs } = resolver;
    const kind = (symbol: string, species: Species) => {
      const found = resolver.resolve(symbol, species);
      return found.status === 'matched' ? orthologs.kindOf(found.gene.id, species) : found.status;
    };
    expect([kind('SPI1', 'human'), kind('Spi1', 'mouse')]).toEqual(['one-to-one', 'one-to-one']);
    // Mice have two insulin genes, people one: the list pairs it with Ins1.
    expect([kind('Ins1', 'mouse'), kind('Ins2', 'mouse')]).toEqual(['one-to-one', 'many-to-one']);
    expect([kind('AMY2A', 'human'), kind('GNLY', 'human')]).toEqual(['many-to-many', 'none']);
  });
});
