import { existsSync } from 'node:fs';
import path from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig, type ImportReport } from '#shared/domain/dataset.ts';
import type { Species } from '#shared/domain/gene.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDatasets } from '#singlecell/io/import-dataset.ts';
import { inspectInputs } from '#singlecell/io/samples/inspect-inputs.ts';
import type { Dataset } from '#singlecell/types.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { categorical, compress, writeH5ad } from '../support/write-h5ad.ts';
import { writeMtx } from '../support/write-mtx.ts';

const root = path.join(import.meta.dirname, '..', '..', '..', '..');
const BARON = path.join(root, '..', 'shared', 'data', 'cells', 'baron_pancreas_human_mouse.h5ad');
const isAbsent = !existsSync(BARON);
const reason = isAbsent ? ' (skipped: ../shared/data is not on this machine)' : '';

const at = tempFolder();
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(root, 'resources'));
}, 60_000);

const HUMAN = ['ENSG00000066336', 'ENSG00000102145'];
const MOUSE = ['ENSMUSG00000002111', 'ENSMUSG00000031162'];
const CELLS = ['human', 'mostly-human', 'both', 'mouse', 'none'];
const ROWS = [
  [5, 5, 0, 0],
  [9, 0, 1, 0],
  [5, 0, 5, 0],
  [0, 0, 3, 4],
  [0, 0, 0, 0],
];

type Imported = Partial<Record<Species, { report: ImportReport; dataset: Dataset }>>;

async function importAll(input: string[], config: Partial<ImportConfig> = {}): Promise<Imported> {
  const sinks: [Species, MemoryDatasetSink][] = [];
  const open = (species: Species) => {
    const sink = new MemoryDatasetSink();
    sinks.push([species, sink]);
    return sink;
  };
  const reports = await importDatasets(ImportConfig.parse({ input, ...config }), resolver, open);
  return Object.fromEntries(
    sinks.map(([species, sink], i) => [species, { report: reports[i], dataset: sink.dataset() }]),
  );
}

const total = ({ counts, cellIds }: Dataset) =>
  counts.rows(0, cellIds.length).data.reduce((sum, value) => sum + value, 0);

const barnyard = (name: string, prefix: readonly [string, string]) =>
  writeMtx(at(name), {
    cells: CELLS,
    genes: [
      ...HUMAN.map((id, i) => [prefix[0] + id, prefix[0] + ['SPI1', 'GATA1'][i]] as const),
      ...MOUSE.map((id, i) => [prefix[1] + id, prefix[1] + ['Spi1', 'Gata1'][i]] as const),
    ],
    rows: ROWS,
  });

describe.each([
  ['with genome prefixes', ['GRCh38_', 'mm10___']],
  ['without prefixes', ['', '']],
] as const)('genes of both species %s', (name, prefix) => {
  it('are refused unasked, with the next step', async () => {
    await expect(importAll([barnyard(`auto ${name}`, prefix)])).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/two species \(2 human ids, 2 mouse ids\); choose Species both/) as string,
    });
  });

  it('make two datasets by the share of counts of each cell', async () => {
    const { human, mouse } = await importAll([barnyard(`both ${name}`, prefix)], { species: 'both' });
    expect(human?.dataset.cellIds).toEqual(['human', 'mostly-human']);
    expect(mouse?.dataset.cellIds).toEqual(['mouse']);
    expect(human?.dataset.genes.map(({ id }) => id)).toEqual(HUMAN);
    expect(mouse?.dataset.genes.map(({ id }) => id)).toEqual(MOUSE);
    expect([total(human!.dataset), total(mouse!.dataset)]).toEqual([19, 7]);
    expect(human?.report.speciesSplit).toEqual({ by: 'genes', human: 2, mouse: 1, leftOut: 2 });
    expect(human?.report.warnings.join()).toMatch(
      /2 cells are human and 1 mouse; 2 hold counts of both species or none/,
    );
  });

  it('give the cells of one species where that is chosen; the share can be another', async () => {
    const input = [barnyard(`one ${name}`, prefix)];
    const human = await importAll(input, { species: 'human', speciesShare: 1 });
    expect(Object.keys(human)).toEqual(['human']);
    expect(human.human?.dataset.cellIds).toEqual(['human']);
    const half = await importAll(input, { species: 'both', speciesShare: 0.5 });
    expect(half.human?.report.speciesSplit).toMatchObject({ human: 2, mouse: 1, leftOut: 2 });
  });

  it('are told before an import', async () => {
    const found = await inspectInputs([barnyard(`look ${name}`, prefix)], resolver);
    expect(found.description).toBe('10x folder v3, human and mouse, raw counts, 5 cells × 4 genes');
    expect(found).toMatchObject({ species: null, mixture: { by: 'genes', column: null } });
  });
});

it('a 10x file of version 2 with a matrix for each genome makes two datasets', async () => {
  await h5wasm.ready;
  const file = new h5wasm.File(at('v2.h5'), 'w');
  const write = (genome: string, ids: string[], cells: string[], rows: number[][]) => {
    const { indptr, indices, data } = compress(rows);
    const group = file.create_group(genome);
    group.create_dataset({ name: 'barcodes', data: cells, dtype: 'S18' });
    group.create_dataset({ name: 'shape', data: Int32Array.of(2, cells.length) });
    group.create_dataset({ name: 'indptr', data: BigInt64Array.from(indptr.map(BigInt)) });
    group.create_dataset({ name: 'indices', data: BigInt64Array.from(indices.map(BigInt)) });
    group.create_dataset({ name: 'data', data: Int32Array.from(data) });
    group.create_dataset({ name: 'genes', data: ids, dtype: 'S18' });
    group.create_dataset({ name: 'gene_names', data: ids, dtype: 'S18' });
  };
  // The genomes list different droplets: h1 has no counts of the other, x has both.
  write(
    'GRCh38',
    HUMAN,
    ['h1', 'x', 'm1'],
    [
      [7, 1],
      [5, 0],
      [0, 1],
    ],
  );
  write(
    'mm10',
    MOUSE,
    ['m1', 'x'],
    [
      [10, 9],
      [4, 0],
    ],
  );
  file.flush();
  file.close();
  await expect(importAll([at('v2.h5')])).rejects.toThrow(/set Genome to one of GRCh38, mm10, or Species to both/);
  const { human, mouse } = await importAll([at('v2.h5')], { species: 'both' });
  expect(human?.dataset.cellIds).toEqual(['h1']);
  expect(mouse?.dataset.cellIds).toEqual(['m1']);
  expect([total(human!.dataset), total(mouse!.dataset)]).toEqual([8, 19]);
  expect(mouse?.report).toMatchObject({
    matrix: 'mm10',
    speciesSplit: { by: 'genes', human: 1, mouse: 1, leftOut: 1 },
  });
});

describe('an annotation of the species', () => {
  const GENES = ['SPI1', 'GATA1', 'PAX5', 'CEBPA', 'TBX21'];
  const write = (name: string, column: string, words: string[]) =>
    writeH5ad(at(name), {
      genes: GENES,
      obs: (group) => categorical(group, column, words, [0, 1, 1, 0]),
    });

  it('parts the cells; those of the other species go through orthologs', async () => {
    const input = [await write('organism.h5ad', 'organism', ['Homo sapiens', 'Mus musculus'])];
    const { human, mouse } = await importAll(input, { species: 'both' });
    expect(human?.dataset.cellIds).toEqual(['AAAC-1', 'AACG-1']);
    expect(mouse?.dataset.cellIds).toEqual(['AAAG-1', 'AACC-1']);
    expect(human?.dataset.genes.map(({ symbol }) => symbol)).toEqual(GENES);
    expect(mouse?.dataset.genes.map(({ symbol }) => symbol)).toEqual(['Spi1', 'Gata1', 'Pax5', 'Cebpa', 'Tbx21']);
    expect(mouse?.report.genesMatchedBy).toEqual({ ortholog: 5 });
    expect(mouse?.report.warnings.join()).toMatch(/one-to-one orthologs: 5 of 5 human gene names lead to a mouse gene/);
    expect(human?.report.speciesSplit).toEqual({ by: 'column', human: 2, mouse: 2, leftOut: 0 });
    expect(mouse?.dataset.obs[0]).toMatchObject({ categories: ['Mus musculus'] });
  });

  it('may have any name where it is chosen; other words are neither', async () => {
    const input = [await write('origin.h5ad', 'origin', ['mouse', 'rat'])];
    const { mouse } = await importAll(input, { species: 'both', speciesColumn: 'origin' });
    expect(mouse?.report.speciesSplit).toEqual({ by: 'column', human: 0, mouse: 2, leftOut: 2 });
    await expect(importAll(input, { speciesColumn: 'nowhere' })).rejects.toMatchObject({ code: 'not-found' });
    const wrong = [await write('wrong.h5ad', 'who', ['Anna', 'Ben'])];
    const refusal = await importAll(wrong, { species: 'both', speciesColumn: 'who' }).catch(String);
    expect(refusal).toMatch(/obs\/who holds neither human nor mouse/);
    expect(refusal).not.toMatch(/Anna|Ben/);
  });
});

it('samples of one species each make a dataset of each', async () => {
  const human = writeMtx(at('two/H'), { cells: ['a'], genes: [[HUMAN[0], 'SPI1']], rows: [[3]] });
  const mouse = writeMtx(at('two/M'), { cells: ['a'], genes: [[MOUSE[0], 'Spi1']], rows: [[4]] });
  const both = await importAll([human, mouse], { species: 'both' });
  expect([total(both.human!.dataset), total(both.mouse!.dataset)]).toEqual([3, 4]);
  expect(both.human?.report.speciesSplit).toEqual({ by: 'sample', human: 1, mouse: 1, leftOut: 0 });
});

describe.skipIf(isAbsent)(`a real file with human names for human and mouse cells${reason}`, () => {
  it('becomes two datasets', async () => {
    const { human, mouse } = await importAll([BARON], { species: 'both', labelColumn: 'cell_type' });
    expect([human?.report.nCells, mouse?.report.nCells]).toEqual([175, 175]);
    // h5py 3.7.0, numpy 1.24.2: counts of the cells of obs/species human and mouse.
    const kept = [human!, mouse!].map(({ report, dataset }) => total(dataset) / report.countsKept);
    expect(kept.map((counts) => Math.round(counts * 1000) / 1000)).toEqual([914_747, 680_476]);
    expect(human?.report.countsKept).toBeGreaterThan(0.999);
    expect(mouse?.report.countsKept).toBeGreaterThan(0.9);
    expect(mouse?.dataset.genes.some(({ symbol }) => symbol === 'Nkx6-1')).toBe(true);
    const told = mouse?.report.warnings.join('\n');
    expect(told).toMatch(/human gene names lead to a mouse gene/);
    expect(mouse?.report.genesMatched).toBeGreaterThan(11_000);
  }, 60_000);
});
