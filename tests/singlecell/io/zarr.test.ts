import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import type { ObsColumn } from '#singlecell/types.ts';
import { readRows } from './support/read-rows.ts';
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
let nCopies = 0;
const copyOf = (name: string) => unzip(fixture(name), at(`${name}-${nCopies++}.zarr`));

async function columnsOf(store: string): Promise<Record<string, ObsColumn>> {
  const open = await openFile(store);
  return Object.fromEntries(open.obsNames().map((name) => [name, open.obsColumn(name)]));
}

describe.each(['v2', 'v3'])('AnnData zarr %s', (version) => {
  let store: string;
  beforeAll(async () => {
    store = await copyOf(version);
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
    const columns = await columnsOf(store);
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
    const open = await openFile(store);
    expect(open.cellIds()).toEqual(cells.map((i) => `cell-${i}`));
    expect(open.genes(open.matrices[0].name).names.slice(0, 3)).toEqual(['SPI1', 'GATA1', 'PAX5']);
  });
});

it('the consolidated description serves where a node has none of its own', async () => {
  const store = await copyOf('v2');
  for (const name of ['obs/cell_type/codes/.zarray', 'obs/cell_type/.zattrs', 'obs/cell_type/.zgroup']) {
    rmSync(path.join(store, name));
  }
  expect((await columnsOf(store)).cell_type).toMatchObject({ kind: 'categorical', categories: ['B', 'T', 'NK'] });
});

it('missing chunks hold the fill value', async () => {
  const store = await copyOf('v2');
  rmSync(path.join(store, 'layers/plain_big_endian/1.0'));
  const rows = await readRows(store, 'layers/plain_big_endian');
  expect(rows).toEqual(COUNTS.map((row, cell) => (cell >= 5 && cell < 10 ? row.map(() => 0) : row)));
});

/** Changes the JSON document of a node. */
function edit(store: string, document: string, change: (json: Record<string, unknown>) => object): void {
  const file = path.join(store, document);
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...json, ...change(json) }));
}

/** Why a matrix is not read: by an error, or left out with a warning where the rest of the store is good. */
async function refusalOf(store: string, matrix: string): Promise<{ code: string; message: string }> {
  const thrown: unknown = await readRows(store, matrix).then(
    () => new Error('it was read'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof WorkbenchError)) throw thrown;
  if (thrown.code !== 'not-found') return { code: thrown.code, message: thrown.message };
  return { code: 'left-out', message: (await inspectFile(store)).warnings.join() };
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
    edit(store, document, () => change);
    const refused = await refusalOf(store, 'layers/zstd');
    expect(refused.message).toMatch(message);
  });

  it.each<[string, (json: Record<string, unknown>) => object, RegExp]>([
    [
      'a grid that is not regular',
      () => ({ chunk_grid: { name: 'rectilinear' } }),
      /its chunk_grid is \{"name":"rectilinear"\}/,
    ],
    ['an unknown codec', () => ({ codecs: [{ name: 'pcodec' }] }), /layers\/sharded is packed with "pcodec"/],
    ['codecs that are no list', () => ({ codecs: 7 }), /layers\/sharded is damaged: its codecs are not listed/],
    ['transformers', () => ({ storage_transformers: [{}] }), /uses storage transformers/],
    [
      'shards that hold no whole chunks',
      () => ({ chunk_grid: { name: 'regular', configuration: { chunk_shape: [8, 8] } } }),
      /shards of 8 × 8 do not hold whole chunks/,
    ],
    ['a key encoding of its own', () => ({ chunk_key_encoding: 'mine' }), /names its chunks by "mine"/],
    ['a fill value of another type', () => ({ data_type: 'int64', fill_value: 'x' }), /its fill_value is "x"/],
  ])('v3: %s', async (_, change, message) => {
    const store = await copyOf('v3');
    edit(store, 'layers/sharded/zarr.json', change);
    expect((await refusalOf(store, 'layers/sharded')).message).toMatch(message);
  });

  it('a shard whose index was damaged', async () => {
    const store = await copyOf('v3');
    const shard = path.join(store, 'layers/sharded/c/0/0');
    const bytes = readFileSync(shard);
    bytes[bytes.length - 10] ^= 1;
    writeFileSync(shard, bytes);
    expect((await refusalOf(store, 'layers/sharded')).message).toMatch(/layers\/sharded is damaged: chunk 0\.0 cannot/);
  });

  it('a chunk that was cut off', async () => {
    const store = await copyOf('v2');
    const chunk = path.join(store, 'layers/blosc_zstd/0.0');
    writeFileSync(chunk, readFileSync(chunk).subarray(0, statSync(chunk).size - 7));
    expect(await refusalOf(store, 'layers/blosc_zstd')).toMatchObject({ code: 'data-format' });
  });

  it('a description that is no JSON', async () => {
    const store = await copyOf('v3');
    writeFileSync(path.join(store, 'var/zarr.json'), '{"zarr_format": 3,');
    expect((await refusalOf(store, 'X')).message).toMatch(/var\/zarr\.json is damaged: it is no JSON object/);
  });

  it('a store of something else says what it holds', async () => {
    const store = await copyOf('v3');
    for (const name of readdirSync(store))
      if (name !== 'zarr.json' && name !== 'layers') rmSync(path.join(store, name), { recursive: true });
    edit(store, 'zarr.json', () => ({ attributes: {} }));
    expect((await refusalOf(store, 'X')).message).toMatch(
      /holds layers, obs and var of an AnnData object are expected/,
    );
  });

  it('a damaged column is left out and told, the rest is read', async () => {
    const store = await copyOf('v2');
    edit(store, 'obs/age/values/.zarray', () => ({ dtype: '<c16' }));
    const { warnings, obsColumns } = await inspectFile(store);
    expect(warnings.join()).toMatch(/obs\/age.*The column is left out/);
    expect(obsColumns).toHaveLength(8);
  });
});
