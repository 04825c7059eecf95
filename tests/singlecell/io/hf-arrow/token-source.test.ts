import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectTokens } from '#singlecell/io/hf-arrow/inspect-tokens.ts';
import { openTokenSource } from '#singlecell/io/hf-arrow/token-source.ts';
import { openFile } from '#singlecell/io/open.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Written by the library `datasets` 5.0.1 with pyarrow 25.0.1 (make_folders.py). */
const FOLDERS = path.join(import.meta.dirname, 'folders');
const at = tempFolder();

const open = async (name: string) => openTokenSource(await diskPlace(path.join(FOLDERS, name)));

/** Everything a source says of its cells, list by list. */
async function readAll(name: string) {
  const source = await open(name);
  const cells = [];
  for await (const { file, firstRow, nCells, ids, values, lengths, species } of source.batches()) {
    const list = (lists: typeof ids, row: number) =>
      Array.from(
        { length: lists.offsets[row + 1] - lists.offsets[row] },
        (_, i) => lists.values[lists.offsets[row] + i],
      );
    for (let row = 0; row < nCells; row++)
      cells.push({
        row: `${file}:${firstRow + row}`,
        ids: list(ids, row),
        ...(values ? { values: list(values, row) } : {}),
        length: lengths?.[row],
        species: species?.[row],
      });
  }
  return { source, cells, obs: source.obs() };
}

describe('folders that the library "datasets" wrote', () => {
  it('as published GeneCompass: two files, lists filled up with zeros', async () => {
    const { source, cells, obs } = await readAll('genecompass');
    expect([source.hasValues, source.hasLengths, source.hasSpecies, source.nFiles]).toEqual([true, true, true, 2]);
    expect(cells).toEqual([
      {
        row: 'data-00000-of-00002.arrow:0',
        ids: [4, 2, 7, 0, 0, 0, 0, 0],
        values: [2.5, 1, 0.25, 0, 0, 0, 0, 0],
        length: 3,
        species: 0,
      },
      {
        row: 'data-00000-of-00002.arrow:1',
        ids: [3, 0, 0, 0, 0, 0, 0, 0],
        values: [1.5, 0, 0, 0, 0, 0, 0, 0],
        length: 1,
        species: 0,
      },
      {
        row: 'data-00001-of-00002.arrow:0',
        ids: [9, 8, 7, 6, 5, 4, 3, 2],
        values: [4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5],
        length: 8,
        species: 1,
      },
      {
        row: 'data-00001-of-00002.arrow:1',
        ids: [5, 6, 0, 0, 0, 0, 0, 0],
        values: [1, 1, 0, 0, 0, 0, 0, 0],
        length: 2,
        species: 0,
      },
    ]);
    expect(obs).toEqual([
      { name: 'celltype', kind: 'categorical', categories: ['B', 'T'], codes: Int32Array.of(0, 1, 0, -1) },
    ]);
  });

  it('as Geneformer: lists as long as they are, attributes of every kind with missing values', async () => {
    const { source, cells, obs } = await readAll('geneformer');
    expect([source.hasValues, source.hasLengths, source.hasSpecies]).toEqual([false, true, false]);
    expect(cells.map(({ ids, length }) => [ids, length])).toEqual([
      [[2, 7, 5, 9, 3], 5],
      [[2, 4, 3], 3],
      [[2, 9, 8, 7, 6, 5, 4, 3], 8],
    ]);
    expect(obs).toEqual([
      { name: 'cell_type', kind: 'text', values: ['B', 'T', 'B'] },
      { name: 'n_counts', kind: 'number', values: Float64Array.of(1200.5, 800, Number.NaN) },
      { name: 'is_doublet', kind: 'boolean', values: Int8Array.of(1, 0, -1) },
      { name: 'barcode', kind: 'text', values: ['AAAC-1', 'AAAG-1', 'AACC-1'] },
    ]);
  });

  it('in splits: one after the other with a column that says which, classes by name', async () => {
    const { source, cells, obs } = await readAll('splits');
    expect(source.splits).toEqual(['train', 'test']);
    expect(cells.map(({ row }) => row)).toEqual([
      'train/data-00000-of-00001.arrow:0',
      'train/data-00000-of-00001.arrow:1',
      'train/data-00000-of-00001.arrow:2',
      'test/data-00000-of-00001.arrow:0',
    ]);
    expect(obs).toEqual([
      { name: 'label', kind: 'categorical', categories: ['alive', 'dying'], codes: Int32Array.of(0, 1, 0, 1) },
      { name: 'split', kind: 'categorical', categories: ['test', 'train'], codes: Int32Array.of(1, 1, 1, 0) },
    ]);
    expect(source.warnings.join()).toMatch(/left out: vector/);
  });

  it('as one file of the file format, with fixed and large lists, half floats, dictionaries', async () => {
    const { cells, obs } = await readAll('other-types.arrow');
    expect(cells).toEqual([
      { row: 'other-types.arrow:0', ids: [4, 2], values: [2, 1], length: 2, species: 1 },
      { row: 'other-types.arrow:1', ids: [5, 6], values: [0.5, 0.5], length: 2, species: 0 },
    ]);
    expect(obs).toEqual([
      { name: 'tissue', kind: 'categorical', categories: ['liver'], codes: Int32Array.of(0, -1) },
      { name: 'state', kind: 'text', values: ['young', 'old'] },
      { name: 'half', kind: 'number', values: Float64Array.of(0.5, 1.5) },
    ]);
  });

  it('are described in a line', async () => {
    const folder = path.join(FOLDERS, 'splits');
    expect(await inspectTokens(await diskPlace(folder), folder)).toMatchObject({
      description: 'Geneformer tokens, 2 files, splits train, test, 4 cells, tokens up to 5, up to 2 genes per cell',
      highestToken: 5,
      longestCell: 2,
    });
  });
});

describe('what is refused', () => {
  /** A copy of a folder that may be spoilt. */
  const copy = (name: string) => {
    const folder = at(`${name}-${n++}`);
    cpSync(path.join(FOLDERS, name), folder, { recursive: true });
    return folder;
  };
  let n = 0;
  const refusal = async (target: string) => {
    try {
      const source = await openTokenSource(await diskPlace(target));
      for await (const batch of source.batches()) void batch;
    } catch (thrown) {
      return (thrown as Error).message;
    }
    return 'nothing';
  };

  it('by the import of counts, with the command that reads it', async () => {
    await expect(openFile(path.join(FOLDERS, 'genecompass'))).rejects.toThrow(
      /^genecompass: it holds prepared cells .* gcw tokens import/,
    );
  });

  it('compressed batches', async () => {
    expect(await refusal(path.join(FOLDERS, 'compressed.arrow'))).toMatch(/^compressed\.arrow: .*compressed/);
  });

  it('a file that state.json names and that is missing', async () => {
    const folder = copy('genecompass');
    rmSync(path.join(folder, 'data-00001-of-00002.arrow'));
    expect(await refusal(folder)).toMatch(/data-00001-of-00002\.arrow: state\.json names this file, but it is missing/);
  });

  it('a state.json that leads out of the folder', async () => {
    const folder = copy('genecompass');
    writeFileSync(path.join(folder, 'state.json'), '{"_data_files":[{"filename":"../splits/train/x.arrow"}]}');
    expect(await refusal(folder)).toMatch(/^state\.json: its field _data_files\.0\.filename/);
  });

  it('files of two data sets in one folder', async () => {
    const folder = copy('geneformer');
    cpSync(path.join(FOLDERS, 'genecompass', 'data-00000-of-00002.arrow'), path.join(folder, 'zzz.arrow'));
    rmSync(path.join(folder, 'state.json'));
    expect(await refusal(folder)).toMatch(/^zzz\.arrow: its columns .* differ/);
  });

  it('a folder of something else, and text named .arrow', async () => {
    mkdirSync(at('empty'));
    expect(await refusal(at('empty'))).toMatch(/^empty: it has neither state\.json nor \.arrow files/);
    writeFileSync(at('text.arrow'), 'token,value\n');
    expect(await refusal(at('text.arrow'))).toMatch(/^text\.arrow: it is no Arrow file/);
  });
});
