import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig, type ImportReport } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { inspectFile } from '#singlecell/io/open.ts';
import { tempFolder } from './support/temp-folder.ts';
import { categorical, COUNTS, GENES, writeH5ad, type H5adSpec, type Sparse } from './support/write-h5ad.ts';

const at = tempFolder();
const resources = path.join(import.meta.dirname, '..', '..', '..', 'resources');
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(resources);
});

const importFile = (input: string, config: Partial<ImportConfig> = {}): Promise<ImportReport> =>
  importDataset(ImportConfig.parse({ input: [input], ...config }), resolver, new MemoryDatasetSink());

const NEXT_STEP = /; |\. /;
async function refusal(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const thrown: unknown = await promise.then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  );
  const { code, message, name } = thrown as { code: string; message: string; name: string };
  expect({ name, message }).toMatchObject({
    name: 'WorkbenchError',
    message: expect.stringMatching(NEXT_STEP) as string,
  });
  return { code, message };
}

describe('what is no file of cells is refused with a reason', () => {
  it('nothing there', async () => {
    expect(await refusal(importFile(at('nowhere.h5ad')))).toMatchObject({ code: 'not-found' });
  });

  it.each([
    ['empty.h5ad', '', /is empty/],
    ['table.h5ad', 'Table 1\nsupplementary data\n', /not an HDF5 file whatever its name/],
    ['page.h5', '<!DOCTYPE html><title>403</title>', /not an HDF5 file/],
  ])('%s', async (name, text, message) => {
    writeFileSync(at(name), text);
    const refused = await refusal(importFile(at(name)));
    expect(refused).toMatchObject({ code: 'data-format', message: expect.stringMatching(message) as string });
  });

  it('a folder without a matrix', async () => {
    mkdirSync(at('folder'));
    const refused = await refusal(importFile(at('folder')));
    expect(refused).toMatchObject({ code: 'data-format', message: expect.stringContaining('no matrix.mtx') as string });
  });

  it('an HDF5 file of something else', async () => {
    await h5wasm.ready;
    const h5 = new h5wasm.File(at('weights.h5'), 'w');
    h5.create_group('model_weights');
    h5.flush();
    h5.close();
    expect((await refusal(importFile(at('weights.h5')))).message).toContain('holds model_weights');
  });

  it.each([0.2, 0.5, 0.9, 0.99])('an h5ad cut off at %d of its length', async (share) => {
    const whole = readFileSync(await writeH5ad(at(`whole${share}.h5ad`)));
    const file = at(`cut${share}.h5ad`);
    writeFileSync(file, whole.subarray(0, Math.floor(share * whole.length)));
    const refused = await refusal(importFile(file));
    expect(refused).toMatchObject({ code: 'data-format', message: expect.stringMatching(/copy/) as string });
  });
});

const sparse = (change: Partial<Sparse>): H5adSpec => ({
  X: {
    storage: 'csr',
    shape: [4, 5],
    raw: { indptr: [0, 2, 3, 3, 6], indices: [0, 3, 1, 0, 2, 4], data: [1, 2, 3, 4, 5, 6], ...change },
  },
});

describe('a damaged h5ad is refused', () => {
  it.each<[string, H5adSpec, RegExp]>([
    ['offsets that fall', sparse({ indptr: [0, 3, 2, 3, 6] }), /indptr is not rising/],
    ['offsets that start late', sparse({ indptr: [1, 2, 3, 3, 6] }), /does not start at 0/],
    ['offsets that end early', sparse({ indptr: [0, 2, 3, 3, 5] }), /ends at 5, there are 6 values/],
    ['too few offsets', sparse({ indptr: [0, 2, 6] }), /3 entries where the shape asks for 5/],
    ['a row longer than the genes', sparse({ indptr: [0, 6, 6, 6, 6] }), /more entries \(6\) than the 5/],
    ['a gene index out of range', sparse({ indices: [0, 5, 1, 0, 2, 4] }), /gene index 5 is outside 0 to 4/],
    ['a negative gene index', sparse({ indices: [0, -1, 1, 0, 2, 4] }), /gene index -1/],
    ['indices and values of different length', sparse({ data: [1, 2, 3] }), /6 indices contradict 3 values/],
    ['NaN', sparse({ data: [1, Number.NaN, 3, 4, 5, 6] }), /cell 1: it holds the value NaN/],
    ['infinity', sparse({ data: [1, 2, 3, 4, 5, Infinity] }), /cell 4: it holds the value Infinity/],
    ['a shape larger than the data', { ...sparse({}), cells: ['a', 'b', 'c', 'd', 'e'] }, /4 × 5 entries for 5 cells/],
    [
      'an absurd shape',
      { X: { storage: 'csr', raw: { indptr: [0], indices: [0], data: [1] }, shape: [9e15, 5] } },
      /absurd/,
    ],
    ['genes that do not fit', { ...sparse({}), genes: ['SPI1'] }, /1 genes \(var\)/],
  ])('%s', async (name, spec, message) => {
    const file = await writeH5ad(at(`${name}.h5ad`), spec);
    const refused = await refusal(importFile(file, { species: 'human' }));
    expect(refused).toMatchObject({ code: 'data-format', message: expect.stringMatching(message) as string });
    expect(refused.message.startsWith(`${name}.h5ad: X`)).toBe(true);
  });

  it('a link to another file is not followed', async () => {
    const file = await writeH5ad(at('link.h5ad'), {
      obs: (_, h5) => h5.create_external_link('other.h5', '/x', 'raw'),
    });
    expect((await importFile(file)).warnings.join()).toMatch(/raw is a link to another file.*It was left out/);
  });

  it('codes without a category: the column is named, the file is not lost', async () => {
    const file = await writeH5ad(at('codes.h5ad'), {
      obs: (obs) => categorical(obs, 'cell_type', ['B', 'T'], [0, 7, 1, 0]),
    });
    expect((await inspectFile(file)).warnings.join()).toMatch(/obs\/cell_type is damaged: it has codes outside its 2/);
    const report = await importFile(file);
    expect(report.warnings.join()).toMatch(/cell_type/);
    expect((await refusal(importFile(file, { labelColumn: 'cell_type' }))).code).toBe('data-format');
  });
});

describe('what holds no raw counts is refused', () => {
  const logged = COUNTS.map((row) => row.map((value) => Math.log1p(value)));

  it('normalised values only', async () => {
    const file = await writeH5ad(at('log.h5ad'), { X: { storage: 'dense', rows: logged } });
    expect(await refusal(importFile(file))).toMatchObject({
      code: 'data-format',
      message: expect.stringMatching(/X holds normalised values; raw counts/) as string,
    });
    expect((await inspectFile(file)).description).toContain('no raw counts');
  });

  it('scaled values only', async () => {
    const scaled = COUNTS.map((row) => row.map((value) => value - 1));
    const file = await writeH5ad(at('scaled.h5ad'), { X: { storage: 'csr', rows: scaled } });
    expect((await refusal(importFile(file))).message).toMatch(/X holds negative/);
  });

  it('and another matrix with counts is pointed at', async () => {
    const file = await writeH5ad(at('both.h5ad'), {
      X: { storage: 'csr', rows: logged },
      layers: { counts: { storage: 'csr', rows: COUNTS } },
    });
    expect((await refusal(importFile(file, { matrix: 'X' }))).message).toMatch(
      /choose layers\/counts, which holds counts/,
    );
    expect((await importFile(file)).matrix).toBe('layers/counts');
    expect((await refusal(importFile(file, { matrix: 'layers/raw' }))).code).toBe('not-found');
  });

  it('a matrix of zeros', async () => {
    const file = await writeH5ad(at('zeros.h5ad'), {
      X: { storage: 'dense', rows: COUNTS.map((row) => row.map(() => 0)) },
    });
    expect((await refusal(importFile(file))).message).toMatch(/no counts at all/);
  });

  it('no cells', async () => {
    const X = { storage: 'csr', raw: { indptr: [0], indices: [], data: [] }, shape: [0, 5] } as const;
    const file = await writeH5ad(at('none.h5ad'), {
      cells: [],
      X: { ...X, raw: { indptr: [0], indices: [], data: [] }, shape: [0, 5] },
    });
    expect((await refusal(importFile(file))).message).toMatch(/holds no cells/);
    expect((await inspectFile(file)).nCells).toBe(0);
  });
});

describe('names', () => {
  it('that are repeated are made unique, with a warning', async () => {
    const sink = new MemoryDatasetSink();
    const input = await writeH5ad(at('repeated.h5ad'), { cells: ['a', 'a', 'a-1', 'a'] });
    const report = await importDataset(ImportConfig.parse({ input: [input] }), resolver, sink);
    expect(sink.dataset().cellIds).toEqual(['a', 'a-2', 'a-1', 'a-3']);
    expect(report.warnings.join()).toMatch(/2 cell names occur more than once/);
  });

  it('of no known species are refused with what was seen', async () => {
    const genes = GENES.map((_, i) => `ENSRNOG0000000000${i}`);
    const file = await writeH5ad(at('rat.h5ad'), { genes });
    expect(await refusal(importFile(file))).toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/5 rat ids.*human or mouse/) as string,
    });
    expect((await refusal(importFile(file, { species: 'mouse' }))).message).toMatch(/only 0 of 5 gene names/);
  });

  it('of both species are refused unless one is chosen, whose cells are then read', async () => {
    const genes = ['ENSG00000066336', 'ENSG00000102145', 'ENSG00000196092', 'ENSMUSG00000031162', 'ENSMUSG00000002028'];
    const file = await writeH5ad(at('mixed.h5ad'), { genes });
    expect(await refusal(importFile(file))).toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/two species \(3 human ids, 2 mouse ids\)/) as string,
    });
    const mouse = await importFile(file, { species: 'mouse', speciesShare: 0.6 });
    expect(mouse).toMatchObject({
      nGenes: 2,
      nCells: 1,
      speciesSplit: { by: 'genes', human: 2, mouse: 1, leftOut: 1 },
    });
  });
});

it('a cancelled import says so', async () => {
  const input = await writeH5ad(at('cancel.h5ad'));
  const options = { signal: AbortSignal.abort() };
  const promise = importDataset(ImportConfig.parse({ input: [input] }), resolver, new MemoryDatasetSink(), options);
  expect((await refusal(promise)).code).toBe('cancelled');
});
