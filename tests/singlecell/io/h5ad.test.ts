import * as h5wasm from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import type { ObsColumn } from '#singlecell/types.ts';
import { readRows } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';
import { categorical, CELLS, COUNTS, GENES, writeH5ad, type MatrixSpec } from './support/write-h5ad.ts';

const at = tempFolder();

async function columnsOf(file: string): Promise<Record<string, ObsColumn>> {
  const open = await openFile(file);
  try {
    return Object.fromEntries(open.obsNames().map((name) => [name, open.obsColumn(name)]));
  } finally {
    open.close();
  }
}

describe('matrices', () => {
  it.each([
    ['csr', { storage: 'csr', rows: COUNTS }],
    ['csc', { storage: 'csc', rows: COUNTS }],
    ['dense float32', { storage: 'dense', rows: COUNTS }],
    ['dense float64', { storage: 'dense', rows: COUNTS, float64: true }],
  ] satisfies [string, MatrixSpec][])('read %s', async (name, X) => {
    const file = await writeH5ad(at(`${name}.h5ad`), { X });
    expect(await readRows(file, 'X')).toEqual(COUNTS);
    const { matrices } = await inspectFile(file);
    expect(matrices).toEqual([{ name: 'X', storage: X.storage, content: 'counts' }]);
  });

  it('sort unsorted rows, sum duplicates and drop stored zeros', async () => {
    const raw = { indptr: [0, 3, 6], indices: [4, 1, 4, 0, 2, 0], data: [1, 2, 3, 7, 0, 1] };
    const file = await writeH5ad(at('unsorted.h5ad'), { cells: ['a', 'b'], X: { storage: 'csr', raw, shape: [2, 5] } });
    expect(await readRows(file, 'X')).toEqual([
      [0, 2, 0, 0, 4],
      [8, 0, 0, 0, 0],
    ]);
  });

  it('include raw/X with its own genes, and layers', async () => {
    const logged = COUNTS.map((row) => row.map((value) => Math.log1p(value)));
    const rawRows = COUNTS.map((row) => [...row, 9]);
    const file = await writeH5ad(at('raw.h5ad'), {
      X: { storage: 'csr', rows: logged },
      raw: { genes: [...GENES, 'RUNX1'], X: { storage: 'csc', rows: rawRows } },
      layers: { counts: { storage: 'dense', rows: COUNTS } },
    });
    const inspection = await inspectFile(file);
    expect(inspection.matrices).toEqual([
      { name: 'X', storage: 'csr', content: 'normalized' },
      { name: 'raw/X', storage: 'csc', content: 'counts' },
      { name: 'layers/counts', storage: 'dense', content: 'counts' },
    ]);
    expect(inspection.nGenes).toBe(6);
    expect(await readRows(file, 'raw/X')).toEqual(rawRows);
    expect(await readRows(file, 'layers/counts')).toEqual(COUNTS);
  });
});

describe('annotations', () => {
  it('read every current encoding', async () => {
    const file = await writeH5ad(at('obs.h5ad'), {
      obs(obs) {
        categorical(obs, 'cell_type', ['B', 'T', ''], [0, 1, -1, 2]);
        obs.create_dataset({ name: 'n_counts', data: Float64Array.of(1.5, Number.NaN, 3, 4) });
        obs.create_dataset({ name: 'plate', data: BigInt64Array.of(1n, 2n, 1n, 2n) });
        obs.create_dataset({ name: 'condition', data: ['ctrl', 'ctrl', 'IFNβ', 'nan'] });
        obs.create_dataset({ name: 'bytes', data: ['a', 'b', 'a', 'b'], dtype: 'S4' });
        obs.create_dataset({ name: 'note', data: ['w', 'x', 'y', 'z'] });
        const nullable = obs.create_group('age');
        nullable.create_attribute('encoding-type', 'nullable-integer');
        nullable.create_dataset({ name: 'values', data: Int32Array.of(30, 40, 50, 60) });
        nullable.create_dataset({ name: 'mask', data: Int8Array.of(0, 1, 0, 0) });
        const flag = obs.create_group('doublet');
        flag.create_attribute('encoding-type', 'nullable-boolean');
        flag.create_dataset({ name: 'values', data: Int8Array.of(0, 1, 1, 0) });
        flag.create_dataset({ name: 'mask', data: Int8Array.of(0, 0, 1, 0) });
        const text = obs.create_group('donor');
        text.create_attribute('encoding-type', 'nullable-string-array');
        text.create_dataset({ name: 'values', data: ['D1', 'D2', 'D1', 'x'] });
        text.create_dataset({ name: 'mask', data: Int8Array.of(0, 0, 0, 1) });
      },
    });
    const columns = await columnsOf(file);
    expect(columns.cell_type).toEqual({
      name: 'cell_type',
      kind: 'categorical',
      categories: ['B', 'T'],
      codes: Int32Array.of(0, 1, -1, -1),
    });
    expect(columns.n_counts).toMatchObject({ kind: 'number', values: Float64Array.of(1.5, Number.NaN, 3, 4) });
    expect(columns.plate).toMatchObject({ kind: 'number', values: Float64Array.of(1, 2, 1, 2) });
    expect(columns.condition).toMatchObject({ categories: ['IFNβ', 'ctrl'], codes: Int32Array.of(1, 1, 0, -1) });
    expect(columns.bytes).toMatchObject({ categories: ['a', 'b'], codes: Int32Array.of(0, 1, 0, 1) });
    expect(columns.note).toMatchObject({ kind: 'text', values: ['w', 'x', 'y', 'z'] });
    expect(columns.age).toMatchObject({ kind: 'number', values: Float64Array.of(30, Number.NaN, 50, 60) });
    expect(columns.doublet).toMatchObject({ kind: 'boolean', values: Int8Array.of(0, 1, -1, 0) });
    expect(columns.donor).toMatchObject({ categories: ['D1', 'D2'], codes: Int32Array.of(0, 1, 0, -1) });
  });

  it('read the legacy __categories encoding', async () => {
    const file = await writeH5ad(at('legacy.h5ad'), {
      obs(obs) {
        obs.create_dataset({ name: 'louvain', data: Int8Array.of(1, 0, -1, 1) });
        obs.create_group('__categories').create_dataset({ name: 'louvain', data: ['B', 'NK'] });
      },
    });
    const columns = await columnsOf(file);
    expect(Object.keys(columns)).toEqual(['louvain']);
    expect(columns.louvain).toMatchObject({ categories: ['B', 'NK'], codes: Int32Array.of(1, 0, -1, 1) });
  });

  it('read tables of compound records, as anndata 0.6 and older wrote', async () => {
    await h5wasm.ready;
    const file = at('records.h5ad');
    const h5 = new h5wasm.File(file, 'w');
    const X = h5.create_group('X');
    X.create_attribute('h5sparse_format', 'csr');
    X.create_attribute('h5sparse_shape', Int32Array.of(2, 2));
    X.create_dataset({ name: 'indptr', data: Int32Array.of(0, 1, 2) });
    X.create_dataset({ name: 'indices', data: Int32Array.of(0, 1) });
    X.create_dataset({ name: 'data', data: Float32Array.of(3, 4) });
    const records = (name: string, columns: [string, unknown][]) =>
      h5.create_dataset({
        name,
        data: new Map(columns),
        dtype: columns.map(([field, values]) => [field, typeof (values as unknown[])[0] === 'string' ? 'S8' : '<i']),
      });
    records('obs', [
      ['index', ['c1', 'c2']],
      ['louvain', [1, 0]],
      ['n', [10, 20]],
    ]);
    records('var', [['index', ['SPI1', 'GATA1']]]);
    h5.create_group('uns').create_dataset({ name: 'louvain_categories', data: ['B', 'T'] });
    h5.flush();
    h5.close();
    const open = await openFile(file);
    expect(open.cellIds()).toEqual(['c1', 'c2']);
    expect(open.genes('X').names).toEqual(['SPI1', 'GATA1']);
    expect(open.obsColumn('louvain')).toMatchObject({ categories: ['B', 'T'], codes: Int32Array.of(1, 0) });
    expect(open.obsColumn('n')).toMatchObject({ kind: 'number', values: Float64Array.of(10, 20) });
    open.close();
    expect(await readRows(file, 'X')).toEqual([
      [3, 0],
      [0, 4],
    ]);
  });
});

describe('gene names', () => {
  const IDS = ['ENSG00000066336', 'ENSG00000102145', 'ENSG00000196092', 'ENSG00000245848', 'ENSG00000073861'];

  it.each([
    ['symbols in the index, ids beside', GENES, { gene_ids: IDS }],
    ['ids in the index, symbols beside', IDS, { feature_name: GENES }],
    ['numbers in the index, both beside', ['0', '1', '2', '3', '4'], { gene_symbols: GENES, ensembl_id: IDS }],
  ])('are found: %s', async (name, genes, varColumns) => {
    const open = await openFile(await writeH5ad(at(`${name}.h5ad`), { genes, varColumns }));
    expect(open.genes('X')).toEqual({ names: GENES, ids: IDS, featureTypes: null });
    expect(open.cellIds()).toEqual(CELLS);
    open.close();
  });
});
