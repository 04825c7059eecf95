import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { inspectFile, openPlace } from '#singlecell/io/open.ts';
import type { OpenDataset } from '#singlecell/io/reader.ts';
import type { ObsColumn } from '#singlecell/types.ts';
import { memoryPlace, readFolder, type FolderContent } from './support/memory-place.ts';
import { readRows, rowsOf } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';
import { unzip } from './support/unzip.ts';

const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures', 'cells');
const at = tempFolder();
const [N_CELLS, N_GENES] = [23, 11];
/** As make_zarr.py beside the fixtures has it. */
const COUNTS = Array.from({ length: N_CELLS }, (_, cell) =>
  Array.from({ length: N_GENES }, (_, gene) => ((7 * cell + 3 * gene) % 5 === 0 ? ((cell * gene) % 9) + 1 : 0)),
);
const cells = Array.from({ length: N_CELLS }, (_, i) => i);
const fixture = (name: string) => path.join(fixtures, `${name}.zarr.zip`);
const folders = new Map<string, string>();
/** The fixture as a folder on disk, one for all tests; none of them writes to it. */
async function folderOf(name: string): Promise<string> {
  const folder = folders.get(name) ?? (await unzip(fixture(name), at(`${name}.zarr`)));
  folders.set(name, folder);
  return folder;
}
/** The fixture's files, to be changed at will. */
const copyOf = async (name: string): Promise<FolderContent> => readFolder(await folderOf(name));
const opened = (store: FolderContent): Promise<OpenDataset> => openPlace(memoryPlace('store.zarr', store));
const rowsIn = async (store: FolderContent, matrix: string) => rowsOf(await opened(store), matrix);

async function columnsOf(store: FolderContent): Promise<Record<string, ObsColumn>> {
  const open = await opened(store);
  return Object.fromEntries(open.obsNames().map((name) => [name, open.obsColumn(name)]));
}

describe.each(['v2', 'v3'])('AnnData zarr %s', (version) => {
  let store: string;
  beforeAll(async () => {
    store = await folderOf(version);
  });

  it('is described before it is imported', async () => {
    const inspection = await inspectFile(store);
    expect(inspection).toMatchObject({
      format: 'zarr',
      description: 'AnnData zarr, human, raw counts, 23 cells × 11 genes',
      warnings: [],
    });
  });

  it('gives every matrix entry for entry, however it is chunked and packed', async () => {
    const { matrices } = await inspectFile(store);
    const read: string[] = [];
    for (const { name, content } of matrices) {
      if (content !== 'counts') continue;
      expect({ name, rows: await readRows(store, name) }).toEqual({ name, rows: COUNTS });
      read.push(name);
    }
    expect(read).toEqual(
      version === 'v2'
        ? [
            'raw/X',
            ...['blosc_zstd', 'csc', 'dense', 'gzip_f_order', 'half', 'lz4', 'plain_big_endian', 'zstd'].map(
              (name) => `layers/${name}`,
            ),
          ]
        : ['X', 'layers/csc', 'layers/dense', 'layers/sharded'],
    );
  });

  it('gives the annotations in each encoding', async () => {
    const columns = await columnsOf(await copyOf(version));
    expect(columns.cell_type).toMatchObject({
      categories: ['B', 'T', 'NK'],
      codes: Int32Array.from(cells, (i) => (i % 6 === 5 ? -1 : i % 3)),
    });
    expect(columns.stage).toMatchObject({ categories: ['late', 'early'], codes: Int32Array.from(cells, (i) => i % 2) });
    expect(columns.age).toMatchObject({
      kind: 'number',
      values: Float64Array.from(cells, (i) => (i % 7 === 3 ? Number.NaN : 20 + i)),
    });
    expect(columns.doublet).toMatchObject({
      kind: 'boolean',
      values: Int8Array.from(cells, (i) => (i % 8 === 1 ? -1 : i % 2)),
    });
    expect(columns.passed).toMatchObject({ kind: 'boolean', values: Int8Array.from(cells, (i) => +(i % 3 === 0)) });
    expect(columns.share).toMatchObject({ kind: 'number', values: Float64Array.from(cells, (i) => i / 8) });
    expect(columns.size).toMatchObject({ kind: 'number', values: Float64Array.from(cells) });
    expect(columns.note).toMatchObject({ kind: 'text', values: cells.map((i) => `Notiz ${i} é 🧬`) });
    const last = version === 'v2' ? columns.fixed : columns.donor;
    expect(last).toMatchObject(
      version === 'v2'
        ? { categories: ['ü0', 'ü1', 'ü2', 'ü3'], codes: Int32Array.from(cells, (i) => i % 4) }
        : { categories: ['D0', 'D1'], codes: Int32Array.from(cells, (i) => (i % 5 === 0 ? -1 : i % 2)) },
    );
    expect(Object.keys(columns)).toHaveLength(9);
  });

  it('names cells and genes', async () => {
    const open = await opened(await copyOf(version));
    expect(open.cellIds()).toEqual(cells.map((i) => `cell-${i}`));
    expect(open.genes(open.matrices[0].name).names.slice(0, 3)).toEqual(['SPI1', 'GATA1', 'PAX5']);
  });
});

it('the consolidated description serves where a node has none of its own', async () => {
  const store = await copyOf('v2');
  for (const name of ['obs/cell_type/codes/.zarray', 'obs/cell_type/.zattrs', 'obs/cell_type/.zgroup']) {
    store.delete(name);
  }
  expect((await columnsOf(store)).cell_type).toMatchObject({ kind: 'categorical', categories: ['B', 'T', 'NK'] });
});

it('missing chunks hold the fill value', async () => {
  const store = await copyOf('v2');
  store.delete('layers/plain_big_endian/1.0');
  const rows = await rowsIn(store, 'layers/plain_big_endian');
  expect(rows).toEqual(COUNTS.map((row, cell) => (cell >= 5 && cell < 10 ? row.map(() => 0) : row)));
});

/** Changes the JSON document of a node. */
function edit(store: FolderContent, document: string, change: object): void {
  const json = JSON.parse(store.get(document)!.toString()) as object;
  store.set(document, Buffer.from(JSON.stringify({ ...json, ...change })));
}

/** Why a matrix is not read: by an error, or left out with a warning where the rest of the store is good. */
async function refusalOf(store: FolderContent, matrix: string): Promise<{ code: string; message: string }> {
  const thrown: unknown = await rowsIn(store, matrix).then(
    () => new Error('it was read'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof WorkbenchError)) throw thrown;
  if (thrown.code !== 'not-found') return { code: thrown.code, message: thrown.message };
  return { code: 'left-out', message: (await opened(store)).warnings.join() };
}

describe('hostile and damaged stores are refused in words that name the array', () => {
  it.each<[string, string, object, RegExp]>([
    [
      'a shape larger than the data',
      'layers/zstd/.zarray',
      { shape: [1e15, 11] },
      /layers\/zstd is damaged: its shape of 1000000000000000 × 11/,
    ],
    [
      'more rows than cells',
      'layers/zstd/.zarray',
      { shape: [99, 11] },
      /layers\/zstd is damaged: it has 99 × 11 entries for 23 cells/,
    ],
    [
      'a negative shape',
      'layers/zstd/.zarray',
      { shape: [-23, 11] },
      /layers\/zstd is damaged: its shape is \[-23,11\]/,
    ],
    ['a shape that is none', 'layers/zstd/.zarray', { shape: 'x' }, /its shape is "x", whole numbers/],
    [
      'chunks of 10^12 values',
      'layers/zstd/.zarray',
      { chunks: [1e6, 1e6] },
      /layers\/zstd has chunks of 1000000 × 1000000 values/,
    ],
    ['chunks of no rows', 'layers/zstd/.zarray', { chunks: [0, 11] }, /its chunks is \[0,11\]/],
    ['chunks of other rank', 'layers/zstd/.zarray', { chunks: [5] }, /chunks have 1 dimensions where the shape has 2/],
    [
      'an unknown codec',
      'layers/zstd/.zarray',
      { compressor: { id: 'lzma' } },
      /layers\/zstd is packed with "lzma", blosc/,
    ],
    [
      'another codec than was used',
      'layers/zstd/.zarray',
      { compressor: { id: 'blosc' } },
      /layers\/zstd is damaged: chunk 0\.0 cannot be unpacked/,
    ],
    [
      'a type of no matrix',
      'layers/zstd/.zarray',
      { dtype: '<M8[ns]' },
      /layers\/zstd is not a matrix of numbers and was left out/,
    ],
    ['wider items than are stored', 'layers/zstd/.zarray', { dtype: '<f8' }, /chunk 0\.0 cannot be unpacked/],
    [
      'objects of Python',
      'obs/_index/.zarray',
      { filters: [{ id: 'pickle' }] },
      /obs\/_index holds objects packed by "pickle"/,
    ],
    ['a table as index', 'obs/_index/.zarray', { shape: [23, 1], chunks: [23, 1] }, /obs\/_index is damaged/],
  ])('v2: %s', async (_, document, change, message) => {
    const store = await copyOf('v2');
    edit(store, document, change);
    const refused = await refusalOf(store, 'layers/zstd');
    expect(refused.message).toMatch(message);
  });

  it.each<[string, object, RegExp]>([
    [
      'a grid that is not regular',
      { chunk_grid: { name: 'rectilinear' } },
      /its chunk_grid is \{"name":"rectilinear"\}/,
    ],
    ['an unknown codec', { codecs: [{ name: 'pcodec' }] }, /layers\/sharded is packed with "pcodec"/],
    ['codecs that are no list', { codecs: 7 }, /layers\/sharded is damaged: its codecs are not listed/],
    ['transformers', { storage_transformers: [{}] }, /uses storage transformers/],
    [
      'shards that hold no whole chunks',
      { chunk_grid: { name: 'regular', configuration: { chunk_shape: [8, 8] } } },
      /shards of 8 × 8 do not hold whole chunks/,
    ],
    ['a key encoding of its own', { chunk_key_encoding: 'mine' }, /names its chunks by "mine"/],
    ['a fill value of another type', { data_type: 'int64', fill_value: 'x' }, /its fill_value is "x"/],
  ])('v3: %s', async (_, change, message) => {
    const store = await copyOf('v3');
    edit(store, 'layers/sharded/zarr.json', change);
    expect((await refusalOf(store, 'layers/sharded')).message).toMatch(message);
  });

  it('a shard whose index was damaged', async () => {
    const store = await copyOf('v3');
    const shard = store.get('layers/sharded/c/0/0')!;
    shard[shard.length - 10] ^= 1;
    expect((await refusalOf(store, 'layers/sharded')).message).toMatch(/layers\/sharded is damaged: chunk 0\.0 cannot/);
  });

  it('a chunk that was cut off', async () => {
    const store = await copyOf('v2');
    const chunk = store.get('layers/blosc_zstd/0.0')!;
    store.set('layers/blosc_zstd/0.0', chunk.subarray(0, chunk.length - 7));
    expect(await refusalOf(store, 'layers/blosc_zstd')).toMatchObject({ code: 'data-format' });
  });

  it('a description that is no JSON', async () => {
    const store = await copyOf('v3');
    store.set('var/zarr.json', Buffer.from('{"zarr_format": 3,'));
    expect((await refusalOf(store, 'X')).message).toMatch(/var\/zarr\.json is damaged: it is no JSON object/);
  });

  it('a store of something else says what it holds', async () => {
    const store = await copyOf('v3');
    for (const name of store.keys()) if (!/^(zarr\.json$|layers)/.test(name)) store.delete(name);
    edit(store, 'zarr.json', { attributes: {} });
    expect((await refusalOf(store, 'X')).message).toMatch(
      /holds layers, obs and var of an AnnData object are expected/,
    );
  });

  it('a damaged column is left out and told, the rest is read', async () => {
    const store = await copyOf('v2');
    edit(store, 'obs/age/values/.zarray', { dtype: '<c16' });
    const open = await opened(store);
    expect(() => open.obsColumn('age')).toThrow(/obs\/age/);
    expect(
      open
        .obsNames()
        .filter((name) => name !== 'age')
        .map((name) => open.obsColumn(name)),
    ).toHaveLength(8);
  });
});

describe('stores that hold several objects', () => {
  const root = Buffer.from('{"zarr_format":3,"node_type":"group","attributes":{}}');
  /** A store in which others lie. */
  async function holding(version: string, folder: string, names: string[]): Promise<FolderContent> {
    const whole = await copyOf(version);
    const inside = names.flatMap((name) =>
      [...whole].map(([file, bytes]) => [`${folder}/${name}/${file}`, bytes] as const),
    );
    return new Map([['zarr.json', root], ...inside]);
  }

  it('SpatialData: its table is read', async () => {
    const open = await opened(await holding('v3', 'tables', ['table']));
    expect(await rowsOf(open, 'X')).toEqual(COUNTS);
    expect(open.warnings).toEqual([]);
  });

  it('MuData: the object with the genes is read, the others are told', async () => {
    const open = await opened(await holding('v2', 'mod', ['prot', 'rna']));
    expect(await rowsOf(open, 'raw/X')).toEqual(COUNTS);
    expect(open.warnings).toEqual(['Of several objects rna was read; left out: prot.']);
  });

  it('none that can be told: the choice is left to the user', async () => {
    const store = await holding('v3', 'tables', ['liver', 'lung']);
    expect((await refusalOf(store, 'X')).message).toMatch(/store\.zarr: it holds several objects \(liver, lung\)/);
  });
});

it('a store in an archive is read as it lies', async () => {
  expect(await readRows(fixture('v2'), 'layers/lz4')).toEqual(COUNTS);
  expect(await readRows(fixture('v3'), 'layers/sharded')).toEqual(COUNTS);
});
