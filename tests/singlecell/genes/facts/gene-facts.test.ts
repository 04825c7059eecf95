import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Species } from '#shared/domain/gene.ts';
import { type GeneFacts, loadGeneFacts } from '#singlecell/genes/facts/gene-facts.ts';
import { joinRegulons } from '#singlecell/genes/facts/regulons.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';

const root = path.join(import.meta.dirname, '..', '..', '..', '..');
const resources = path.join(root, 'resources');
let resolver: GeneResolver;
let facts: Record<Species, GeneFacts>;

beforeAll(async () => {
  resolver = await GeneResolver.load(resources);
  facts = {
    human: await loadGeneFacts(resources, resolver, 'human'),
    mouse: await loadGeneFacts(resources, resolver, 'mouse'),
  };
});

function id(symbol: string, species: Species): string {
  const found = resolver.resolve(symbol, species);
  if (found.status !== 'matched') throw new Error(symbol);
  return found.gene.id;
}

describe('classes of genes', () => {
  it.each([
    ['SPI1', ['transcription-factor']],
    ['NR5A1', ['transcription-factor', 'nuclear-receptor']],
    ['HOXA9', ['transcription-factor', 'homeobox']],
    ['NEUROG3', ['transcription-factor', 'bhlh']],
    ['IKZF1', ['transcription-factor', 'zinc-finger']],
    ['CXCR4', ['surface', 'gpcr']],
    ['KIT', ['surface', 'kinase']],
    ['CD34', ['surface']],
    ['KCNJ11', ['ion-channel']],
    ['AURKA', ['kinase']],
    ['HK1', []],
    ['ACTB', []],
  ])('%s is %j', (symbol, classes) => {
    expect(facts.human.classesOf(id(symbol, 'human'))).toEqual(classes);
  });

  it('carries them to mouse by one-to-one orthologs, with the family of a factor', () => {
    expect(facts.mouse.classesOf(id('Nr5a1', 'mouse'))).toEqual(['transcription-factor', 'nuclear-receptor']);
    expect(facts.human.familyOf(id('PAX5', 'human'))).toBe('PRD class homeoboxes');
    expect(facts.mouse.familyOf(id('Pax5', 'mouse'))).toBe(facts.human.familyOf(id('PAX5', 'human')));
  });

  it('takes at least 45 of the 48 human nuclear receptors among the factors', () => {
    const rows = [...new Set(resolver.sets.transcriptionFactors('human'))];
    expect(rows.filter((one) => facts.human.classesOf(one).includes('nuclear-receptor')).length).toBeGreaterThan(44);
  });

  const lists = path.join(root, '..', 'shared', 'data', 'references');
  const isAbsent = !existsSync(lists);
  it.skipIf(isAbsent)(
    `agrees with lists that may not be shipped${isAbsent ? ' (skipped: ../shared/data is not on this machine)' : ''}`,
    () => {
      const share = (file: string, name: 'kinase' | 'gpcr') => {
        const symbols = readFileSync(path.join(lists, file), 'utf8').trim().split('\n');
        const found = symbols
          .map((symbol) => resolver.resolve(symbol, 'human'))
          .filter((one) => one.status === 'matched');
        return found.filter(({ gene }) => facts.human.classesOf(gene.id).includes(name)).length / found.length;
      };
      expect(share('kinases.tsv', 'kinase')).toBeGreaterThan(0.9);
      expect(share('gpcr_union.tsv', 'gpcr')).toBeGreaterThan(0.95);
    },
  );
});

describe('dosage sensitivity', () => {
  it.each([
    ['GATA2', '2026-04-25'],
    ['RUNX1', '2026-04-25'],
    ['TBX5', '2026-04-25'],
    ['PTEN', '2026-04-25'],
    ['PAX6', '2018-09-13'],
    ['GATA1', null],
    ['ACTB', null],
    ['CFTR', null],
  ])('%s: losing a copy causes disease by the list of %s', (symbol, asOf) => {
    const expected = { isHaploinsufficient: asOf !== null, asOf };
    expect(facts.human.dosageOf(id(symbol, 'human'))).toEqual(expected);
  });

  it('is that of the one-to-one ortholog for a mouse gene, and unknown without one', () => {
    expect(facts.mouse.dosageOf(id('Gata2', 'mouse'))).toEqual({ isHaploinsufficient: true, asOf: '2026-04-25' });
    expect(facts.mouse.dosageOf('ENSMUSG99999999999')).toBeNull();
    expect(facts.mouse.druggableFamiliesOf('ENSMUSG99999999999')).toBeNull();
  });

  // An older copy of the list has symbols that were brought up to date wrongly: ELN became SMIM6 (now ERLN), PMP22 PXMP2.
  it.each([
    ['ELN', 'ERLN'],
    ['PMP22', 'PXMP2'],
    ['CDH1', 'FZR1'],
    ['EBP', 'SH3D19'],
    ['RS1', 'RSC1A1'],
    ['DLG3', 'MPP3'],
    ['GLA', 'NAT8'],
    ['RAI1', 'RNASE12'],
    ['PKD2', 'PRKD2'],
    ['TCF4', 'TCF7L2'],
  ])('has %s and not %s, which once had its name', (right, wrong) => {
    expect(facts.human.dosageOf(id(right, 'human'))?.isHaploinsufficient).toBe(true);
    expect(facts.human.dosageOf(id(wrong, 'human'))?.isHaploinsufficient).toBe(false);
  });
});

describe('druggable families', () => {
  it.each([
    ['NR5A1', ['nuclear-receptor']],
    ['KIT', ['kinase']],
    ['CXCR4', ['gpcr']],
    ['KCNJ11', ['ion-channel']],
    ['PDE4D', ['phosphodiesterase']],
    ['ENPP1', []],
    ['OR2A4', []],
    ['TAS2R38', []],
    ['RHO', []],
    ['SPI1', []],
  ])('%s: %j', (symbol, families) => {
    expect(facts.human.druggableFamiliesOf(id(symbol, 'human'))).toEqual(families);
  });

  it('are carried to mouse by one-to-one orthologs', () => {
    expect(facts.mouse.druggableFamiliesOf(id('Kit', 'mouse'))).toEqual(['kinase']);
  });
});

describe('orthologs', () => {
  it('names the symbol of the other species only where the relation is one to one', () => {
    expect(facts.human.orthologOf(id('SPI1', 'human'))).toEqual({ kind: 'one-to-one', symbol: 'Spi1' });
    expect(facts.mouse.orthologOf(id('Spi1', 'mouse'))).toEqual({ kind: 'one-to-one', symbol: 'SPI1' });
    expect(facts.human.orthologOf('ENSG00000000000')).toEqual({ kind: 'none', symbol: null });
  });
});

describe('cell types', () => {
  it.each([
    ['CD14+ Monocyte', ['monocyte']],
    ['CD19+ B', ['B cell']],
    ['CD56+ NK', ['natural killer cell']],
    ['CD4+/CD45RA+/CD25- Naive T', ['T cell']],
    ['CD4+/CD25 T Reg', ['regulatory T cell']],
    ['Dendritic', ['dendritic cell']],
    ['Beta', ['type B pancreatic cell']],
    ['β-cells', ['type B pancreatic cell']],
    ['Type B pancreatic cell', ['type B pancreatic cell']],
    ['Alpha', ['pancreatic A cell']],
    ['Cardiomyocytes', ['cardiac muscle cell']],
    ['hematopoietic stem cells', ['hematopoietic stem cell']],
    ['inhibitory neurons', ['GABAergic neuron']],
    ['Ngn3 high EP', []],
    ['cluster 7', []],
    ['', []],
  ])('%s stands for %j', (label, names) => {
    expect(facts.human.cellTypes.of(label).map(({ name }) => name)).toEqual(names);
  });
});

describe('cocktails', () => {
  it('are a hundred, each with a DOI, a cell type that has a name and genes of both species', () => {
    const keys = new Set(facts.human.cellTypes.all.map(({ key }) => key));
    expect(facts.human.cocktails.length).toBe(100);
    for (const one of facts.human.cocktails) {
      expect(one.doi).toMatch(/^10\.\d{4,5}\/\S+$/);
      expect([one.id, keys.has(one.goal)]).toEqual([one.id, true]);
      expect(one.raised.length + one.takenAway.length).toBeGreaterThan(0);
      expect([one.id, one.raisedIds.length]).toEqual([one.id, one.raised.length]);
    }
    const mouse = facts.mouse.cocktails.find(({ id: name }) => name === 'zhou-2008');
    expect(mouse?.raisedIds).toEqual(['Neurog3', 'Pdx1', 'Mafa'].map((symbol) => id(symbol, 'mouse')));
  });

  it('name cell types by well-formed, unrepeated Cell Ontology ids', () => {
    const ids = facts.human.cellTypes.all.map((type) => type.id).filter((one) => one !== null);
    expect(ids.filter((one) => !/^CL:\d{7}$/.test(one))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('regulons', () => {
  it('hold what TRRUST says, with PubMed ids', () => {
    const targets = facts.human.regulons.get(id('GATA1', 'human')) ?? [];
    expect(targets.length).toBeGreaterThan(20);
    expect(targets.every(({ pubmed }) => pubmed.length > 0 && pubmed.every((one) => /^\d+$/.test(one)))).toBe(true);
    expect(facts.mouse.regulons.size).toBeGreaterThan(500);
    expect(facts.human.regulons.size).toBeGreaterThan(700);
  });

  it('keep a sign beside unknown and drop one that is contradicted', () => {
    const resolve = (names: readonly string[]) =>
      names.map((name) => (name === '-' ? null : { id: name, symbol: name }));
    const rows = [
      ['F', 'A', 'Activation', '2'],
      ['F', 'A', 'Unknown', '1;2'],
      ['F', 'B', 'Activation', '3'],
      ['F', 'B', 'Repression', '4'],
      ['F', 'C', 'Repression', '5'],
      ['F', '-', 'Repression', '6'],
      ['-', 'A', 'Repression', '6'],
    ];
    expect(joinRegulons(rows, resolve)).toEqual(
      new Map([
        [
          'F',
          [
            { geneId: 'A', symbol: 'A', mode: 'activates', pubmed: ['1', '2'] },
            { geneId: 'B', symbol: 'B', mode: 'unknown', pubmed: ['3', '4'] },
            { geneId: 'C', symbol: 'C', mode: 'represses', pubmed: ['5'] },
          ],
        ],
      ]),
    );
  });
});
