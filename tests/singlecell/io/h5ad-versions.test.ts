import path from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import type { ObsColumn } from '#singlecell/types.ts';
import { readRows } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';
import { CELLS, COUNTS as SMALL, frame, GENES, writeH5ad, writeMatrix } from './support/write-h5ad.ts';

const at = tempFolder();

const fixture = (name: string) => path.join(import.meta.dirname, '..', '..', 'fixtures', 'cells', name);
const [N_CELLS, N_GENES] = [23, 11];
const cells = Array.from({ length: N_CELLS }, (_, i) => i);
/** As make_h5ad.py beside the fixtures has it. */
const COUNTS = cells.map((cell) =>
  Array.from({ length: N_GENES }, (_, gene) => ((7 * cell + 3 * gene) % 5 === 0 ? ((cell * gene) % 9) + 1 : 0)),
);

async function columnsOf(file: string): Promise<Record<string, ObsColumn>> {
  const open = await openFile(file);
  try {
    return Object.fromEntries(open.obsNames().map((name) => [name, readable(() => open.obsColumn(name))]));
  } finally {
    open.close();
  }
}

function readable(read: () => ObsColumn): ObsColumn {
  try {
    return read();
  } catch (thrown) {
    return { name: (thrown as Error).message, kind: 'text', values: [] };
  }
}

describe('a file that anndata 0.8 wrote', () => {
  const file = fixture('anndata-0.8.h5ad');

  it('is described: index of another name, raw, layers, uns and obsp passed over', async () => {
    const { description, matrices, warnings } = await inspectFile(file);
    expect(description).toBe('AnnData h5ad, human, raw counts, 23 cells × 11 genes');
    expect(matrices).toEqual([
      { name: 'X', storage: 'dense', content: 'normalized' },
      { name: 'raw/X', storage: 'csr', content: 'counts' },
      { name: 'layers/csc', storage: 'csc', content: 'counts' },
      { name: 'layers/dense', storage: 'dense', content: 'counts' },
    ]);
    expect(warnings).toEqual([]);
  });

  it.each(['raw/X', 'layers/csc', 'layers/dense'])('%s is read entry for entry', async (matrix) => {
    expect(await readRows(file, matrix)).toEqual(COUNTS);
  });

  it('gives its annotations in their order', async () => {
    const columns = await columnsOf(file);
    expect(Object.keys(columns)).toEqual([
      'cell_type',
      'stage',
      'leiden',
      'age',
      'doublet',
      'passed',
      'share',
      'note',
      'size',
    ]);
    expect(columns.cell_type).toMatchObject({ codes: Int32Array.from(cells, (i) => (i % 6 === 5 ? -1 : i % 3)) });
    expect(columns.leiden).toMatchObject({
      categories: ['3', '1', '2', '7'],
      codes: Int32Array.from(cells, (i) => i % 4),
    });
    expect(columns.age).toMatchObject({ values: Float64Array.from(cells, (i) => (i % 7 === 3 ? Number.NaN : 20 + i)) });
    expect(columns.doublet).toMatchObject({ values: Int8Array.from(cells, (i) => (i % 8 === 1 ? -1 : i % 2)) });
    expect(columns.passed).toMatchObject({ kind: 'boolean', values: Int8Array.from(cells, (i) => +(i % 3 === 0)) });
    expect(columns.share).toMatchObject({ values: Float64Array.from(cells, (i) => i / 8) });
    expect(columns.note).toMatchObject({ kind: 'text', values: cells.map((i) => `Notiz ${i} é 🧬`) });
  });
});

it('a file with layers only, no X', async () => {
  const file = await writeH5ad(at('no-x.h5ad'), { X: null, layers: { counts: { storage: 'csr', rows: SMALL } } });
  expect((await inspectFile(file)).matrices).toEqual([{ name: 'layers/counts', storage: 'csr', content: 'counts' }]);
  expect(await readRows(file, 'layers/counts')).toEqual(SMALL);
});

describe('compression that the HDF5 library lacks', () => {
  const file = fixture('packed.h5ad');

  it.each([
    ['LZF, as anndata writes it', 'X'],
    ['shuffle before LZF, chunks in two dimensions', 'layers/shuffled'],
    ['big-endian numbers', 'layers/big_endian'],
    ['zstd', 'layers/zstd'],
    ['blosc', 'layers/blosc'],
  ])('%s', async (_, matrix) => {
    expect(await readRows(file, matrix)).toEqual(COUNTS);
  });

  it('chunks that were never written hold zeros', async () => {
    expect(await readRows(file, 'layers/gaps')).toEqual(
      COUNTS.map((row, cell) => row.map((count, gene) => (cell < 5 && gene < 5 ? count : 0))),
    );
  });

  it('annotations: texts of any and of fixed length, codes, flags', async () => {
    const columns = await columnsOf(file);
    expect(columns.note).toMatchObject({ kind: 'text', values: cells.map((i) => `Notiz ${i} é 🧬`) });
    expect(columns.fixed).toMatchObject({
      categories: ['f0', 'f1', 'f2'],
      codes: Int32Array.from(cells, (i) => i % 3),
    });
    expect(columns.stage).toMatchObject({ categories: ['late', 'early'], codes: Int32Array.from(cells, (i) => i % 2) });
    expect(columns.passed).toMatchObject({ kind: 'boolean', values: Int8Array.from(cells, (i) => +(i % 3 === 0)) });
  });

  it('what cannot be unpacked is left out and told', async () => {
    const { warnings, matrices } = await inspectFile(file);
    expect(warnings).toEqual([
      'packed.h5ad: layers/blosc2 is compressed with blosc2, gzip is expected; in Python: import hdf5plugin, anndata; anndata.read_h5ad("packed.h5ad").write_h5ad("packed-gzip.h5ad", compression="gzip"). It was left out.',
    ]);
    expect(matrices).toHaveLength(6);
  });
});

describe('encodings of other versions and programs', () => {
  const file = fixture('encodings.h5ad');

  it.each([
    ['64-bit indices and counts', 'X'],
    ['16-bit floats', 'layers/half'],
    ['big-endian floats', 'layers/big_endian'],
    ['gzip after shuffle, with checksums', 'layers/shuffled'],
    ['8-bit counts', 'layers/int8'],
  ])('matrices: %s', async (_, matrix) => {
    expect(await readRows(file, matrix)).toEqual(COUNTS);
  });

  it('annotations: texts of each kind, 16-bit floats, 64-bit whole numbers, missing texts', async () => {
    const columns = await columnsOf(file);
    const parity = Int32Array.from(cells, (i) => i % 2);
    expect(columns.ascii).toMatchObject({ categories: ['a0', 'a1'], codes: parity });
    expect(columns.utf8).toMatchObject({ categories: ['ü0', 'ü1'], codes: parity });
    expect(columns.vlen_ascii).toMatchObject({ categories: ['v0', 'v1'], codes: parity });
    expect(columns.batch).toMatchObject({ categories: ['b1', 'b2'], codes: parity });
    expect(columns.half).toMatchObject({ kind: 'number', values: Float64Array.from(cells, (i) => i / 8) });
    expect(columns.code).toMatchObject({ kind: 'number', values: Float64Array.from(cells) });
    expect(columns.flag).toMatchObject({ kind: 'boolean' });
    expect(columns.donor).toMatchObject({ codes: Int32Array.from(cells, (i) => (i % 5 === 0 ? -1 : i % 2)) });
  });

  it('what is no column is left out and told', async () => {
    const { warnings, obsColumns } = await inspectFile(file);
    expect(obsColumns).toHaveLength(8);
    expect(warnings.map((warning) => warning.replace('encodings.h5ad: ', '').split(',')[0])).toEqual([
      'obs/moment is of a type that is neither number nor text',
      'obs/ragged is a group of encoding "awkward-array"',
      'obs/table is a table of 2 dimensions',
      'obs/too_big holds whole numbers beyond 2^53',
    ]);
  });
});

describe('MuData', () => {
  const write = async (name: string, objects: string[]): Promise<string> => {
    await h5wasm.ready;
    const h5 = new h5wasm.File(at(name), 'w');
    h5.create_attribute('encoding-type', 'MuData');
    frame(h5, 'obs', CELLS);
    frame(h5, 'var', GENES);
    const mod = h5.create_group('mod');
    for (const object of objects) {
      const group = mod.create_group(object);
      const obs = frame(group, 'obs', CELLS);
      obs.create_dataset({ name: 'n_counts', data: Float64Array.of(1, 2, 3, 4) });
      frame(group, 'var', GENES);
      writeMatrix(group, 'X', { storage: 'csr', rows: SMALL });
    }
    h5.flush();
    h5.close();
    return at(name);
  };

  it('the object with the genes is read, the others are told', async () => {
    const file = await write('cite.h5mu', ['prot', 'rna']);
    expect(await readRows(file, 'X')).toEqual(SMALL);
    expect((await inspectFile(file)).warnings).toEqual(['Of several objects rna was read; left out: prot.']);
    expect(Object.keys(await columnsOf(file))).toEqual(['n_counts']);
  });

  it('none that can be told: the choice is left to the user', async () => {
    await expect(inspectFile(await write('two.h5mu', ['a', 'b']))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/several objects \(a, b\)/) as string,
    });
  });
});

it('a slash in the name of a column', async () => {
  const file = await writeH5ad(at('slash.h5ad'), {
    obs(obs) {
      obs.create_attribute('column-order', ['cells/ml', 'n']);
      obs.create_group('cells').create_dataset({ name: 'ml', data: Float64Array.of(5, 6, 7, 8) });
      obs.create_dataset({ name: 'n', data: Float64Array.of(1, 2, 3, 4) });
    },
  });
  const columns = await columnsOf(file);
  expect(Object.keys(columns)).toEqual(['cells/ml', 'n']);
  expect(columns['cells/ml']).toMatchObject({ kind: 'number', values: Float64Array.of(5, 6, 7, 8) });
});
