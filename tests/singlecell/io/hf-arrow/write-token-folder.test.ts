import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { openTokenSource } from '#singlecell/io/hf-arrow/token-source.ts';
import { type OutTokens, writeTokenFolder, type WriteOptions } from '#singlecell/io/hf-arrow/write-token-folder.ts';
import { sortedLengths } from '#singlecell/io/hf-arrow/sorted-lengths.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import type { ObsColumn } from '#singlecell/types.ts';
import { PYTHON } from '../../../support/python.ts';
import { tempFolder } from '../support/temp-folder.ts';

const at = tempFolder();
let n = 0;

interface Cell {
  ids: number[];
  species: number;
}

const OPTIONS: WriteOptions = {
  format: 'genecompass',
  paddedTo: null,
  fingerprint: '0123456789abcdef',
  description: 'a test',
  extras: {},
};

/** Value of a rank: descending, exact in float32. */
const valueOf = (ids: number[], rank: number) => (ids.length - rank) / 4;

function outTokens(cells: readonly Cell[], obs: readonly ObsColumn[] = []): OutTokens {
  return {
    nCells: cells.length,
    nTokens: cells.reduce((sum, { ids }) => sum + ids.length, 0),
    obs,
    obsRows: Int32Array.from(cells, (_, row) => row),
    cells(start, end) {
      const part = cells.slice(start, end);
      const offsets = new Int32Array(part.length + 1);
      part.forEach(({ ids }, row) => (offsets[row + 1] = offsets[row] + ids.length));
      return {
        offsets,
        tokenIds: Int32Array.from(part.flatMap(({ ids }) => ids)),
        values: Float32Array.from(part.flatMap(({ ids }) => ids.map((_, rank) => valueOf(ids, rank)))),
        species: Uint8Array.from(part, ({ species }) => species),
      };
    },
  };
}

const CELLS: Cell[] = Array.from({ length: 2500 }, (_, i) => ({
  ids: Array.from({ length: 1 + (i % 7) }, (_each, rank) => 2 + ((i + 13 * rank) % 97)),
  species: i % 2,
}));
const OBS: ObsColumn[] = [
  {
    name: 'cell type',
    kind: 'categorical',
    categories: ['naïve', 'γδ'],
    codes: Int32Array.from(CELLS, (_, i) => (i % 3) - 1),
  },
  { name: 'n', kind: 'number', values: Float64Array.from(CELLS, (_, i) => (i % 5 === 0 ? Number.NaN : i / 2)) },
  { name: 'flag', kind: 'boolean', values: Int8Array.from(CELLS, (_, i) => (i % 3) - 1) },
  { name: 'note', kind: 'text', values: CELLS.map((_, i) => (i % 4 === 0 ? null : `cell ${i}`)) },
];

/** What `datasets` reads in a folder written from CELLS and OBS, in its own words. */
const READ_BY_DATASETS = String.raw`
import json, pickle, sys
import datasets
datasets.disable_progress_bars()
d = datasets.load_from_disk(sys.argv[1])
lengths = pickle.load(open(sys.argv[1] + '/sorted_length.pickle', 'rb'))
print(json.dumps({
  'rows': len(d), 'columns': d.column_names, 'first': d[1], 'last': d[2499],
  'sum': sum(sum(ids) for ids in d['input_ids']), 'values': sum(sum(v) for v in d['values']),
  'missing': [sum(x is None for x in d[c]) for c in ('cell type', 'n', 'flag', 'note')],
  'types': [str(d.features[c].feature.dtype) for c in ('input_ids', 'values', 'length', 'species')],
  'lengths': [lengths[0], lengths[-1], len(lengths)],
}))`;

describe('token folders written here', () => {
  it('come back as they were, whatever the cells', async () => {
    const cell = fc.record({
      ids: fc.uniqueArray(fc.integer({ min: 2, max: 60_000 }), { minLength: 1, maxLength: 12 }),
      species: fc.integer({ min: 0, max: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 30 }),
        fc.array(fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })), {
          minLength: 30,
          maxLength: 30,
        }),
        fc.constantFrom(null, 12, 20),
        async (cells, texts, paddedTo) => {
          const out = at(`property-${n++}`);
          const values = texts.slice(0, cells.length);
          await writeTokenFolder(out, outTokens(cells, [{ name: 'text', kind: 'text', values }]), {
            ...OPTIONS,
            paddedTo,
          });
          const source = await openTokenSource(await diskPlace(out));
          const read: (Cell & { length: number; values: number[] })[] = [];
          for await (const batch of source.batches())
            for (let row = 0; row < batch.nCells; row++) {
              const [from, to] = [batch.ids.offsets[row], batch.ids.offsets[row + 1]];
              if (paddedTo !== null) expect(to - from).toBe(paddedTo);
              const length = batch.lengths![row];
              read.push({
                ids: Array.from({ length }, (_, i) => batch.ids.values[from + i]),
                values: Array.from({ length }, (_, i) => batch.values!.values[from + i]),
                species: batch.species![row],
                length,
              });
            }
          expect(read).toEqual(
            cells.map(({ ids, species }) => ({
              ids,
              species,
              length: ids.length,
              values: ids.map((_, rank) => valueOf(ids, rank)),
            })),
          );
          const [column] = source.obs();
          // Empty and `NA`-like texts are missing values, as everywhere in an import.
          const known = (text: string | null) =>
            text === null || /^(nan|NaN|NA|N\/A|None|<NA>|)$/.test(text.trim()) ? null : text;
          const back =
            column.kind === 'categorical'
              ? Array.from(column.codes, (code) => column.categories[code] ?? null)
              : (column as Extract<ObsColumn, { kind: 'text' }>).values;
          expect(back).toEqual(values.map(known));
        },
      ),
      { numRuns: 40, seed: 4 },
    );
  });

  it('are the bytes that datasets 5.0.1 and pyarrow 25.0.1 were seen to read', async () => {
    const out = at('golden');
    expect(await writeTokenFolder(out, outTokens(CELLS, OBS), OPTIONS)).toMatchObject({ nFiles: 1 });
    const hash = (name: string) =>
      createHash('sha256')
        .update(readFileSync(path.join(out, name)))
        .digest('hex');
    expect(hash('data-00000-of-00001.arrow')).toBe('779099229fd2c7f49c4c30a41f076c06946b1f7df06cfd530f985a700cb2f505');
    expect(statSync(path.join(out, 'state.json')).mode & 0o077).toBe(0);
  });

  const datasets = spawnSync(PYTHON, ['-c', 'import datasets; print(datasets.__version__)'], { encoding: 'utf8' });
  it.skipIf(datasets.status !== 0)(
    `are read by the library "datasets" (skipped where ${PYTHON} has none; set GCW_PYTHON)`,
    { timeout: 120_000 },
    async () => {
      const out = at('for-python');
      await writeTokenFolder(out, outTokens(CELLS, OBS), { ...OPTIONS, paddedTo: 16 });
      const asked = spawnSync(PYTHON, ['-c', READ_BY_DATASETS, out], { encoding: 'utf8' });
      expect(asked.stderr).toBe('');
      const sum = CELLS.reduce((total, { ids }) => total + ids.reduce((a, b) => a + b, 0), 0);
      const values = CELLS.reduce((total, { ids }) => total + ids.reduce((a, _, i) => a + valueOf(ids, i), 0), 0);
      const fill = (numbers: number[]) => [...numbers, ...new Array<number>(16 - numbers.length).fill(0)];
      const row = (i: number, rest: object) => ({
        input_ids: fill(CELLS[i].ids),
        values: fill(CELLS[i].ids.map((_, rank) => valueOf(CELLS[i].ids, rank))),
        length: [CELLS[i].ids.length],
        species: [CELLS[i].species],
        ...rest,
      });
      expect(JSON.parse(asked.stdout)).toEqual({
        rows: 2500,
        columns: ['input_ids', 'values', 'length', 'species', 'cell type', 'n', 'flag', 'note'],
        first: row(1, { 'cell type': 'naïve', n: 0.5, flag: false, note: 'cell 1' }),
        last: row(2499, { 'cell type': null, n: 1249.5, flag: null, note: 'cell 2499' }),
        sum,
        values,
        missing: [834, 500, 834, 625],
        types: ['int32', 'float32', 'int16', 'int16'],
        lengths: [[1], [7], 2500],
      });
    },
  );

  it('are cut into files of about 500 MB by number of cells, the first ones longer by one', async () => {
    // 7 cells announced as 130 million tokens each: three files of 3, 2 and 2 cells.
    const out = at('sharded');
    const tokens = outTokens(CELLS.slice(0, 7));
    await writeTokenFolder(out, { ...tokens, nTokens: 187_000_000 }, OPTIONS);
    const source = await openTokenSource(await diskPlace(out));
    const sizes: number[] = [];
    for await (const batch of source.batches()) sizes.push(batch.nCells);
    expect(sizes).toEqual([3, 2, 2]);
    expect(readdirSync(out)).toContain('data-00002-of-00003.arrow');
  });

  it('never replace what is there, and leave nothing behind when stopped', async () => {
    mkdirSync(at('there'));
    writeFileSync(at('there/keep.txt'), 'mine');
    await expect(writeTokenFolder(at('there'), outTokens(CELLS), OPTIONS)).rejects.toThrow(/choose a new folder/);
    const stop = new AbortController();
    await expect(
      writeTokenFolder(at('stopped'), outTokens(CELLS), {
        ...OPTIONS,
        signal: stop.signal,
        onCells: () => stop.abort(),
      }),
    ).rejects.toThrow();
    expect(readdirSync(path.dirname(at('x'))).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });
});

describe('sorted_length.pickle', () => {
  it('is the pickle of protocol 2 that Python would write with single appends', () => {
    // pickletools.dis of Python 3.11: PROTO 2, EMPTY_LIST, MARK, (EMPTY_LIST, BININT1 1, APPEND), (EMPTY_LIST, BININT2 2048, APPEND), APPENDS, STOP
    expect(Buffer.from(sortedLengths(Int32Array.of(2048, 1))).toString('hex')).toBe(
      '80025d28' + '5d4b0161' + '5d4d000861' + '652e',
    );
  });
});
