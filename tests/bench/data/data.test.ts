import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { resourcesFolder } from '#workers/resources.ts';
import { isSameCell } from './agreement.ts';
import { CellMaker, madeGenes } from './made-cells.ts';
import { makeFile } from './make-file.ts';
import { dataPage } from './markdown.ts';
import { type DataRow, linesOf, type ProgramReport, totalOf } from './report.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-bench-data-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const report = (factor: number): ProgramReport => ({
  nCells: 3000,
  nKept: 2900,
  stages: ['Reading cells', 'Checking cells', 'Gene medians', 'Encoding cells', 'Co-expression vectors'].map(
    (name, i) => ({ name, seconds: factor * (i + 1), cpuSeconds: factor * 2 * (i + 1), peakBytes: 2 ** 30 }),
  ),
  diskBytes: 2 ** 20,
  sample: [],
});
const row: DataRow = {
  nCells: 3000,
  nEntries: 5_000_000,
  results: { ours: report(1), steps: report(3), arrays: 'skipped: no Python with h5py and SciPy' },
  agreement: { steps: '8 of 8', arrays: null },
};

describe('the table', () => {
  it('compares what both programs do and leaves out what only ours does', () => {
    expect(totalOf(report(1))).toEqual({ seconds: 10, cpuSeconds: 20, peakBytes: 2 ** 30 });
    expect(linesOf(row)[1]).toEqual([
      '', 'Python, dictionary', '3.0', '6.0', '9.0', '12.0', '30.0 (60.0)', '100', '3.0 (3.0)', '1.00', '8 of 8',
    ]); // prettier-ignore
  });

  it('says why a program has no number', () => {
    expect(linesOf(row)[2].slice(1, 4)).toEqual(['Python, arrays', 'skipped: no Python with h5py and SciPy', '–']);
    const page = dataPage({ loadBefore: 99, python: null, rows: [row] }, 'npm run bench -- data');
    expect(page).toContain('absent, its rows were skipped');
    expect(page).toContain('**Provisional');
    expect(page.match(/^\| 3,000 /gm)).toHaveLength(2);
  });
});

it('cells agree where only genes of equal value stand in another order', () => {
  const cell = { cell: 1, genes: ['A', 'B', 'C', 'D'], values: [3, 2, 2, 1] };
  expect(isSameCell(cell, { ...cell, genes: ['A', 'C', 'B', 'D'] })).toBe(true);
  expect(isSameCell(cell, { ...cell, genes: ['B', 'A', 'C', 'D'] })).toBe(false);
  expect(isSameCell(cell, { ...cell, values: [3, 2, 2, 0.9] })).toBe(false);
  expect(isSameCell(cell, { ...cell, genes: ['A', 'B', 'C'], values: [3, 2, 2] })).toBe(false);
});

it('made cells are the same whatever is asked for together, and come back from their file', async () => {
  const maker = new CellMaker(madeGenes(), 5);
  const all = maker.cells(0, 30);
  const some = maker.cells(10, 20);
  const from = all.indptr[10];
  expect(some.indices).toEqual(all.indices.slice(from, all.indptr[20]));
  expect(some.data).toEqual(all.data.slice(from, all.indptr[20]));

  const input = path.join(folder, 'cells.h5ad');
  const made = await makeFile(input, 30, 5);
  expect(made.nEntries).toBe(all.data.length);
  const sink = new MemoryDatasetSink();
  await importDataset(ImportConfig.parse({ input: [input] }), await GeneResolver.load(resourcesFolder()), sink);
  const { counts } = sink.dataset();
  expect(counts.rows(0, 30).data).toEqual(all.data);
}, 60_000);
