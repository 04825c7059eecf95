import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FileInspection } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { inspectInputs } from '#singlecell/io/samples/inspect-inputs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { categorical, writeH5ad } from '../support/write-h5ad.ts';
import { writeMtx } from '../support/write-mtx.ts';

const root = path.join(import.meta.dirname, '..', '..', '..', '..');
const data = path.join(root, '..', 'shared', 'data');
const isAbsent = !existsSync(data);
const reason = isAbsent ? ' (skipped: ../shared/data is not on this machine)' : '';

const at = tempFolder();
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(root, 'resources'));
}, 60_000);

const look = async (...input: string[]) => FileInspection.parse(await inspectInputs(input, resolver));
const SPI1 = ['ENSG00000066336', 'SPI1'] as const;
const GATA1 = ['ENSG00000102145', 'GATA1'] as const;
const MOUSE = ['ENSMUSG00000031162', 'Gata1'] as const;

describe('looking at several samples', () => {
  it('says in one line what they are together', async () => {
    for (const [i, name] of ['S1', 'S2', 'S10'].entries())
      writeMtx(at(`same/${name}`), {
        cells: [`a${i}`, `b${i}`],
        genes: [SPI1, GATA1],
        rows: [
          [1, i],
          [2, 3],
        ],
      });
    const found = await look(at('same'));
    expect(found.description).toBe('10x folder v3, 3 samples, human, raw counts, 6 cells × 2 genes');
    expect(found.samples.map(({ name, nCells, species, matrix }) => [name, nCells, species, matrix])).toEqual([
      ['S1', 2, 'human', 'matrix'],
      ['S2', 2, 'human', 'matrix'],
      ['S10', 2, 'human', 'matrix'],
    ]);
    expect(found).toMatchObject({ format: '10x-mtx', nCells: 6, nGenes: 2, species: 'human', warnings: [] });
    expect(found.geneOverlap).toEqual({ shared: 2, all: 2 });
  });

  it('compares genes by what they are, whatever they are called; lists columns that all have', async () => {
    const file = await writeH5ad(at('names.h5ad'), {
      obs: (group) => {
        categorical(group, 'state', ['B', 'T'], [0, 1, 1, 0]);
        categorical(group, 'mine', ['x'], [0, 0, 0, 0]);
      },
    });
    const other = await writeH5ad(at('more.h5ad'), {
      genes: ['ENSG00000066336', 'ENSG00000102145', 'ENSG00000229807', 'ENSG00000000003', 'ENSG00000000005'],
      cells: ['c1', 'c2', 'c3', 'c4'],
      obs: (group) => categorical(group, 'state', ['B', 'NK'], [0, 1, 1, 1]),
    });
    const found = await look(file, other);
    expect(found.description).toBe('AnnData h5ad, 2 samples, human, raw counts, 8 cells × 2 shared genes');
    expect(found.geneOverlap).toEqual({ shared: 2, all: 8 });
    expect(found.sampleColumn).toBe('sample');
    expect(found.obsColumns).toMatchObject([
      { name: 'sample', nDistinct: 2 },
      { name: 'state', kind: 'categorical', nDistinct: 3, nMissing: 0 },
    ]);
    expect(found.warnings).toContain('The samples have different genes: 2 are in all of them, 8 in any.');
  });

  it('warns of species that differ, of normalised values, of the same cells twice and of raw matrices', async () => {
    writeMtx(at('differ/a'), { cells: ['x'], genes: [SPI1, GATA1], rows: [[1, 2]] });
    writeMtx(at('differ/b'), { cells: ['x'], genes: [SPI1, GATA1], rows: [[1, 2]] });
    writeMtx(at('differ/c'), { cells: ['y'], genes: [MOUSE], rows: [[1]] });
    writeMtx(at('differ/d/raw_feature_bc_matrix'), { cells: ['z'], genes: [SPI1, GATA1], rows: [[3, 1]] });
    await writeH5ad(at('differ/e.h5ad'), {
      X: { storage: 'dense', rows: Array.from({ length: 4 }, () => [0.5, 1, 0, 0, 2]) },
    });
    const { description, warnings, species } = await look(at('differ'));
    expect(species).toBeNull();
    expect(description).toMatch(/^10x folder v3 and AnnData h5ad, 5 samples, human and mouse, raw counts in 4 of 5, /);
    const said = warnings.join('\n');
    expect(said).toMatch(/two species \(human: a, b, d, … \(4\); mouse: c\); Species both/);
    expect(said).toMatch(/e: .*normalised values/);
    expect(said).toMatch(/Without raw counts, so they cannot be merged: e\./);
    expect(said).toMatch(/a, b seem to be the same cells/);
    expect(said).toMatch(/d: This is the unfiltered matrix/);
  });

  it('lists a sample that cannot be read beside the others; nothing readable is an error', async () => {
    writeMtx(at('broken/good'), { cells: ['x'], genes: [SPI1, GATA1], rows: [[1, 2]] });
    mkdirSync(at('broken/half'));
    writeFileSync(at('broken/half/matrix.mtx'), '%%MatrixMarket matrix coordinate integer general\n1 1 0\n');
    writeFileSync(at('broken/zero.h5ad'), '');
    const found = await look(at('broken'));
    expect(found.description).toMatch(/^10x folder v3, 3 samples \(2 unreadable\), human, raw counts, 1 cells/);
    expect(found.samples.map(({ name, error }) => [name, error === null])).toEqual([
      ['good', true],
      ['half', false],
      ['zero', false],
    ]);
    expect(found.warnings.join('\n')).toMatch(/half cannot be read: half: features\.tsv or genes\.tsv .* is missing/);
    await expect(look(at('broken/zero.h5ad'))).rejects.toThrow(/the file is empty/);
    await expect(look(at('broken/zero.h5ad'), at('broken/half'))).rejects.toThrow(
      /none of the 2 can be read; the first:/,
    );
  });
});

describe.skipIf(isAbsent)(`real files together${reason}`, () => {
  it('a folder and a file of the same 10x run are told to be the same cells', async () => {
    const found = await look(
      path.join(data, 'import-fixtures', '10x-mtx'),
      path.join(data, 'import-fixtures', '3.0.0__filtered_feature_bc_matrix.h5'),
    );
    expect(found.description).toBe(
      '10x folder v3 and 10x HDF5 v3, 2 samples, human, raw counts, 2,214 cells × 507 genes',
    );
    expect(found.warnings.join()).toMatch(/seem to be the same cells/);
  }, 60_000);

  it('three mouse data sets of different genes', async () => {
    const files = ['neurons_e18_mouse', 'jaitin_spleen_mouse', 'bm_stroma_matsushita_mouse'];
    const found = await look(...files.map((name) => path.join(data, 'cells', `${name}.h5ad`)));
    expect(found.samples.map(({ name }) => name)).toEqual(files);
    expect(found.species).toBe('mouse');
    expect(found.geneOverlap!.shared).toBeGreaterThan(10_000);
    expect(found.geneOverlap!.all).toBeGreaterThan(24_000);
  }, 60_000);
});
