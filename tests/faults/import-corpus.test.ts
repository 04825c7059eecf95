import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import * as h5wasm from 'h5wasm/node';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { writeWorkbook } from '#singlecell/io/xlsx/write-workbook.ts';
import { tempFolder } from '../singlecell/io/support/temp-folder.ts';
import { categorical, compress, COUNTS, GENES, CELLS, writeH5ad } from '../singlecell/io/support/write-h5ad.ts';
import { BYTE_DAMAGE } from './support/byte-damage.ts';
import { type Fate, ODD_H5AD, writeForeignHdf5 } from './support/odd-h5ad.ts';
import { ODD_FOLDERS, ODD_TABLES } from './support/odd-text.ts';

// Small files are looked through in milliseconds; those on which the HDF5 library runs in circles need not run as long as on a slow disk.
vi.mock('#singlecell/io/limits.ts', async (original) => ({ ...(await original<object>()), PROBE_LIMIT_MS: 2000 }));

const fixtures = path.join(import.meta.dirname, '..', 'fixtures', 'cells');
const at = tempFolder();
/** A file takes milliseconds; the HDF5 library may run in circles until its probe is stopped. */
const TIME_LIMIT_MS = 30_000;
const REFUSALS = ['data-format', 'unsupported', 'not-found', 'resource', 'invalid-input'];
/** Files here are a few kilobytes, tables of a million columns some megabytes. */
const MEMORY_LIMIT_BYTES = 1.5 * 2 ** 30;

let resolver: GeneResolver;
let before = 0;
let nFiles = 0;
beforeAll(async () => {
  await h5wasm.ready;
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', 'resources'));
  before = process.memoryUsage.rss();
});

/** Imports a file; a refusal names the file and says what to do. Anything but a refusal is thrown on. */
async function become(input: string): Promise<Exclude<Fate, 'either'>> {
  nFiles++;
  const sink = new MemoryDatasetSink();
  try {
    const report = await importDataset(ImportConfig.parse({ input: [input], species: 'human' }), resolver, sink);
    expect(sink.dataset().counts.nCells).toBe(report.nCells);
    return 'read';
  } catch (thrown) {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    expect(REFUSALS).toContain(thrown.code);
    const names = [path.basename(input).split('.')[0], 'matrix.mtx', 'genes.tsv', 'barcodes.tsv'];
    expect(thrown.message).toMatch(new RegExp(names.join('|')));
    expect(thrown.message, 'fact, then next step').toMatch(/(; |\. ).+[.)]$/s);
    expect(thrown.message.length).toBeLessThan(2000);
    return 'refused';
  }
}

async function expectFate(input: string, fate: Fate): Promise<void> {
  const found = await become(input);
  if (fate !== 'either') expect(found).toBe(fate);
}

/** A whole file of each format, which every damage is done to. */
const WHOLE: Readonly<Record<string, (file: string) => Promise<unknown> | unknown>> = {
  'cells.h5ad': (file) => writeH5ad(file, { obs: (obs) => categorical(obs, 'cell_type', ['B', 'T'], [0, 1, 1, 0]) }),
  'dense.h5ad': (file) => writeH5ad(file, { X: { storage: 'dense', rows: COUNTS } }),
  'tenx.h5': writeTenx,
  'cells.loom': (file) => writeFileSync(file, readFileSync(path.join(fixtures, 'v3.loom'))),
  'packed.h5ad': (file) => writeFileSync(file, readFileSync(path.join(fixtures, 'packed.h5ad'))),
  'table.csv': (file) => writeFileSync(file, table(200)),
  'table.xlsx': writeXlsx,
  'folder.tgz': writeTgz,
  'store.zarr.zip': (file) => writeFileSync(file, readFileSync(path.join(fixtures, 'v3.zarr.zip'))),
  'cells.h5ad.gz': async (file) => {
    await writeH5ad(`${file}.whole`);
    writeFileSync(file, gzipSync(readFileSync(`${file}.whole`)));
  },
  'table.tsv.gz': (file) => writeFileSync(file, gzipSync(table(200).replaceAll(',', '\t'))),
};

function table(nCells: number): string {
  const cells = Array.from({ length: nCells }, (_, i) => `CELL-${i}`);
  return [['gene', ...cells], ...GENES.map((gene, g) => [gene, ...cells.map((_, i) => `${(i * (g + 3)) % 7}`)])]
    .map((row) => row.join(','))
    .join('\n');
}

async function writeXlsx(file: string): Promise<void> {
  const [head, ...rows] = table(6)
    .split('\n')
    .map((line) => line.split(','));
  const columns = head.map((title, i) => ({ title, kind: i === 0 ? ('text' as const) : ('number' as const) }));
  const typed = rows.map(([gene, ...counts]) => [gene, ...counts.map(Number)]);
  writeFileSync(file, await writeWorkbook([{ name: 'counts', columns, rows: typed }]));
}

async function writeTgz(file: string): Promise<void> {
  const archive = pack();
  for (const [name, text] of Object.entries(ODD_FOLDERS['as it should be'].files))
    archive.entry({ name: `sample/${name}` }, text);
  archive.finalize();
  writeFileSync(file, gzipSync(await buffer(archive)));
}

function writeTenx(file: string): void {
  const h5 = new h5wasm.File(file, 'w');
  const { indptr, indices, data } = compress(COUNTS);
  const matrix = h5.create_group('matrix');
  matrix.create_dataset({ name: 'barcodes', data: CELLS });
  matrix.create_dataset({ name: 'shape', data: Int32Array.of(GENES.length, CELLS.length) });
  matrix.create_dataset({ name: 'indptr', data: Int32Array.from(indptr) });
  matrix.create_dataset({ name: 'indices', data: Int32Array.from(indices) });
  matrix.create_dataset({ name: 'data', data: Int32Array.from(data) });
  const features = matrix.create_group('features');
  features.create_dataset({ name: 'id', data: GENES });
  features.create_dataset({ name: 'name', data: GENES });
  features.create_dataset({ name: 'feature_type', data: GENES.map(() => 'Gene Expression') });
  h5.flush();
  h5.close();
}

describe.each(Object.keys(WHOLE))('%s, damaged on its way', (name) => {
  let whole: Buffer;
  beforeAll(async () => {
    await WHOLE[name](at(name));
    whole = readFileSync(at(name));
  });

  it('is read when it is whole', async () => expect(await become(at(name))).toBe('read'));

  it.each(BYTE_DAMAGE.map((damage, i) => [damage.name, i] as const))(
    '%s',
    async (_, i) => {
      mkdirSync(at(`${name}-${i}`));
      const file = path.join(at(`${name}-${i}`), name);
      writeFileSync(file, BYTE_DAMAGE[i].spoil(whole));
      await expectFate(file, 'either');
    },
    TIME_LIMIT_MS,
  );

  it.each(['h5ad', 'h5', 'loom', 'csv', 'xlsx', 'rds', 'zip', 'tar.gz', 'txt'])(
    'under the name of a .%s',
    async (ending) => {
      const file = at(`${name.split('.')[0]}-named.${ending}`);
      writeFileSync(file, whole);
      await expectFate(file, 'either');
    },
    TIME_LIMIT_MS,
  );
});

describe('AnnData that says something wrong', () => {
  it.each(Object.entries(ODD_H5AD))(
    '%s',
    async (name, { fate, spec }) => {
      await expectFate(await writeH5ad(at(`${name.replaceAll(' ', '-')}.h5ad`), spec), fate);
    },
    TIME_LIMIT_MS,
  );
});

describe('tables that say something wrong', () => {
  it.each(Object.entries(ODD_TABLES))(
    '%s',
    async (name, { fate, content }) => {
      const file = at(`${name.replaceAll(/\W/g, '-')}.csv`);
      writeFileSync(file, content);
      await expectFate(file, fate);
    },
    TIME_LIMIT_MS,
  );
});

describe('10x folders that say something wrong', () => {
  it.each(Object.entries(ODD_FOLDERS))(
    '%s',
    async (name, { fate, files }) => {
      const folder = at(`folder-${name.replaceAll(/\W/g, '-')}`);
      mkdirSync(folder);
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
      await expectFate(folder, fate);
    },
    TIME_LIMIT_MS,
  );
});

describe('what is no data at all', () => {
  const made: Record<string, (target: string) => void> = {
    'an-empty-folder': mkdirSync,
    'a-folder-of-many-files': (folder) => {
      mkdirSync(folder);
      for (let i = 0; i < 3000; i++) writeFileSync(path.join(folder, `note${i}.md`), '');
    },
    'a-folder-in-a-folder-and-so-on': (folder) =>
      void mkdirSync(path.join(folder, ...Array.from({ length: 100 }, (_, i) => `d${i}`)), { recursive: true }),
    'a-folder-that-leads-into-itself': (folder) => {
      mkdirSync(folder);
      symlinkSync(folder, path.join(folder, 'again'));
    },
    'a-link-to-itself': (target) => symlinkSync(target, target),
    'a-link-to-nowhere': (target) => symlinkSync(at('nowhere'), target),
    'a-foreign.h5': writeForeignHdf5,
    'a-picture.png': (file) => writeFileSync(file, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')),
    'a-program.exe': (file) => writeFileSync(file, Buffer.from('4d5a90000300000004000000ffff0000', 'hex')),
    'a-document.pdf': (file) => writeFileSync(file, '%PDF-1.7\n%âãÏÓ\n1 0 obj\n'),
    'a-pickle.pkl': (file) =>
      writeFileSync(file, Buffer.from('80049515000000000000008c026f73948c0673797374656d9493942e', 'hex')),
  };
  it.each(Object.keys(made))(
    '%s is refused',
    async (name) => {
      made[name](at(name));
      expect(await become(at(name))).toBe('refused');
    },
    TIME_LIMIT_MS,
  );
  it('nothing there', async () => expect(await become(at('nothing-there'))).toBe('refused'));
});

afterAll(() => {
  expect(nFiles, 'files of the corpus').toBeGreaterThanOrEqual(300);
  expect(process.memoryUsage.rss() - before).toBeLessThan(MEMORY_LIMIT_BYTES);
});
