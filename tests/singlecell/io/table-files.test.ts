import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import { writeWorkbook } from '#singlecell/io/xlsx/write-workbook.ts';
import { readRows } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';
import { tarOf } from './support/write-tar.ts';

const at = tempFolder();
const tables = path.join(import.meta.dirname, '..', '..', 'fixtures', 'tables');

/** Printed by tests/fixtures/tables/make.py (numpy 1.24, h5py 3.7). */
const GOLDEN = {
  nCells: 40,
  nGenes: 58,
  nEntries: 1457,
  sum: 9446,
  weighted: 11_165_348,
  cellSums: [196, 168, 185, 231, 150],
  geneSums: [667, 81, 91, 29, 73],
  genes: ['ENSG00000142676', 'ENSG00000142669', 'ENSG00000065978', 'ENSG00000117450', 'ENSG00000173660'],
};

function numbersOf(rows: readonly (readonly number[])[]) {
  const flat = rows.flat();
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    nCells: rows.length,
    nGenes: rows[0].length,
    nEntries: flat.filter((value) => value !== 0).length,
    sum: total(flat),
    weighted: flat.reduce((sum, value, i) => sum + value * (i + 1), 0),
    cellSums: rows.slice(0, 5).map(total),
    geneSums: [0, 1, 2, 3, 4].map((gene) => total(rows.map((row) => row[gene]))),
  };
}

describe('tables as Python and R write them', () => {
  it.each([
    'genes-by-cells.csv.gz',
    'cells-by-genes.tsv',
    'savetxt.txt',
    'write-csv.csv',
    'write-csv2.csv',
    'write-table.txt',
    'write-table-tabs.tsv',
  ])('%s', async (name) => {
    const file = path.join(tables, name);
    const open = await openFile(file);
    const { genes, ...numbers } = GOLDEN;
    expect(open.genes('table').names.slice(0, 5)).toEqual(genes);
    expect(open.cellIds()[0]).toBe('CGTGATGATTTCAC-1-b_cells');
    expect(open.warnings).toEqual([]);
    expect(numbersOf(await readRows(file, 'table'))).toEqual(numbers);
  });

  it('long.csv, whose genes and cells come in the order in which it names them', async () => {
    const { nCells, nGenes, nEntries, sum } = numbersOf(await readRows(path.join(tables, 'long.csv'), 'table'));
    expect({ nCells, nGenes, nEntries, sum }).toEqual({ nCells: 40, nGenes: 58, nEntries: 1457, sum: 9446 });
  });

  it('says what they are before anything is imported', async () => {
    expect((await inspectFile(path.join(tables, 'write-table.txt'))).description).toBe(
      'text table, human, raw counts, 40 cells × 58 genes',
    );
    const { obsColumns } = await inspectFile(path.join(tables, 'cells-by-genes.tsv'));
    expect(obsColumns.map(({ name, kind, nDistinct }) => [name, kind, nDistinct])).toEqual([
      ['cell_type', 'categorical', 9],
    ]);
  });

  it('as a workbook, and in an archive', async () => {
    const open = await openFile(path.join(tables, 'write-csv.csv'));
    const counts = await readRows(path.join(tables, 'write-csv.csv'), 'table');
    const rows = open.genes('table').names.map((gene, g) => [gene, ...counts.map((row) => row[g])]);
    const columns = open.cellIds().map((title) => ({ title, kind: 'integer' as const }));
    const workbook = await writeWorkbook([
      { name: 'counts', columns: [{ title: 'gene', kind: 'text' }, ...columns], rows },
    ]);
    writeFileSync(at('counts.xlsx'), workbook);
    writeFileSync(at('counts.tgz'), gzipSync(await tarOf([{ name: 'a/b/counts.xlsx', content: workbook }])));
    const { genes, ...numbers } = GOLDEN;
    expect(numbersOf(await readRows(at('counts.xlsx'), 'table'))).toEqual(numbers);
    expect(numbersOf(await readRows(at('counts.tgz'), 'table'))).toEqual(numbers);
    expect(rows.slice(0, 5).map(([gene]) => gene)).toEqual(genes);
  });
});

const shared = path.join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'cells');
const cellLines = path.join(shared, 'scmixology_sc_dropseq_human.h5ad');
const absent = existsSync(cellLines) ? '' : ' (skipped: ../shared/data/cells is not here)';

describe.skipIf(absent !== '')(`a whole data set through a table and back${absent}`, () => {
  it('keeps every count: cell lines, 225 cells × 15,127 genes', { timeout: 60_000 }, async () => {
    const source = await openFile(cellLines);
    const names = source.genes('X').names.map((name) => `"${name}"`);
    const ids = source.cellIds();
    const parts = [gzipSync(`cell,${names.join(',')}\n`)];
    for await (const chunk of source.chunks('X')) {
      const lines: string[] = [];
      for (let cell = 0; cell < chunk.nCells; cell++) {
        const row = new Array<number>(chunk.nGenes).fill(0);
        for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) row[chunk.indices[i]] = chunk.data[i];
        lines.push(`"${ids[chunk.start + cell]}",${row.join(',')}\n`);
        if (lines.length === 256 || cell === chunk.nCells - 1)
          parts.push(gzipSync(lines.splice(0).join(''), { level: 1 }));
      }
    }
    source.close();
    const file = at('cellLines.csv.gz');
    writeFileSync(file, Buffer.concat(parts));
    const open = await openFile(file);
    expect([open.cellIds(), open.genes('table').names.length]).toEqual([ids, 15_127]);
    let [n, sum, weighted] = [0, 0, 0];
    for await (const chunk of open.chunks('table')) {
      for (let cell = 0; cell < chunk.nCells; cell++) {
        for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) {
          n++;
          sum += chunk.data[i];
          weighted += chunk.data[i] * ((chunk.start + cell) % 101) * (chunk.indices[i] % 103);
        }
      }
    }
    // scipy 1.10, h5py 3.7: X = csr_matrix(...).tocoo(); X.nnz, X.sum(), (X.data * (X.row % 101) * (X.col % 103)).sum()
    expect([n, sum, weighted]).toEqual([1_290_921, 5_830_998, 11_970_908_181]);
  });
});
