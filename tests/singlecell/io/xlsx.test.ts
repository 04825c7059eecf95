import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import readXlsxFile from 'read-excel-file/node';
import { beforeAll, describe, expect, it } from 'vitest';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import type { OpenOptions } from '#singlecell/io/reader.ts';
import { writeWorkbook } from '#singlecell/io/xlsx/write-workbook.ts';
import { readRows } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';
import { rawWorkbook } from './support/write-workbook-xml.ts';
import { zipOf } from './support/write-zip.ts';

const at = tempFolder();
let nFiles = 0;
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', 'resources'));
}, 60_000);

function write(content: Buffer, name = 'table.xlsx'): string {
  const file = at(`${nFiles++}-${name}`);
  writeFileSync(file, content);
  return file;
}

const workbook = async (...sheets: { sheet: string; data: SheetData }[]): Promise<string> =>
  write(await writeXlsxFile(sheets).toBuffer());

const CELLS = ['AAACCTGAG-1', 'AAACCTGAT-1', 'AAACCTGAC-1'];
const TABLE: SheetData = [
  ['gene', ...CELLS],
  ['SPI1', 1, 0, 4],
  ['GATA1', 0, 3, 0],
  ['PAX5', 12, 0, 0],
];
const COUNTS = [
  [1, 0, 12],
  [0, 3, 0],
  [4, 0, 0],
];

async function refusal(file: string, options: OpenOptions = {}): Promise<string> {
  const thrown = await openFile(file, options).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(WorkbenchError);
  return (thrown as WorkbenchError).message;
}

const cell = (position: string, value: string | number): string =>
  typeof value === 'number'
    ? `<c r="${position}"><v>${value}</v></c>`
    : `<c r="${position}" t="inlineStr"><is><t>${value}</t></is></c>`;

describe('workbooks', () => {
  it('are read as tables are, in either direction', async () => {
    const turned = TABLE[0].map((_, column) => TABLE.map((row) => row[column]));
    for (const data of [TABLE, turned]) {
      const file = await workbook({ sheet: 'counts', data });
      const open = await openFile(file);
      expect([open.format, open.cellIds(), open.genes('table').names]).toEqual([
        'xlsx',
        CELLS,
        ['SPI1', 'GATA1', 'PAX5'],
      ]);
      expect(await readRows(file, 'table')).toEqual(COUNTS);
    }
    expect((await inspectFile(await workbook({ sheet: 'counts', data: TABLE }))).description).toBe(
      'Excel workbook, human, raw counts, 3 cells × 3 genes',
    );
  });

  it('give the first sheet that holds a table, or the one chosen', async () => {
    const other: SheetData = [
      ['gene', 'GSM1'],
      ['SPI1', 7],
      ['GATA1', 8],
    ];
    const file = await workbook(
      { sheet: 'Read me', data: [['Supplementary table 1'], ['What the columns mean'], ['x', 'y']] },
      { sheet: 'counts', data: TABLE },
      { sheet: 'other', data: other },
    );
    const open = await openFile(file);
    expect(open.warnings[0]).toBe(
      'Sheet "counts" was read, the first that holds a table; the workbook has Read me, counts, other.',
    );
    expect(await readRows(file, 'table', { sheet: 'other' })).toEqual([[7, 8]]);
    expect(await refusal(file, { sheet: 'third' })).toContain('it has no sheet "third"; it has Read me, counts, other');
    expect(await refusal(file, { sheet: 'Read me' })).toContain('none of its columns holds numbers');
  });

  it('leave out titles above the table, and read numbers that are stored as text', async () => {
    const file = await workbook({
      sheet: 'Table S1',
      data: [
        ['Table S1. Counts of all cells'],
        [],
        ['gene', ...CELLS],
        ['SPI1', { type: String, value: '1' }, { type: String, value: '0' }, { type: String, value: '4' }],
        ['GATA1', null, 3, null],
        ['PAX5', 12, 0, 0],
      ],
    });
    expect(await readRows(file, 'table')).toEqual(COUNTS);
    expect((await openFile(file)).warnings).toEqual(['2 fields that are empty or NA were read as 0.']);
  });

  it('turn dates that were genes back to genes', async () => {
    const day = (month: number, date: number) => ({
      type: Date,
      value: new Date(Date.UTC(2024, month - 1, date)),
      format: 'd-mmm',
    });
    const file = await workbook({
      sheet: 'counts',
      data: [
        ['gene', ...CELLS],
        [day(9, 2), 1, 0, 4],
        [day(3, 1), 0, 3, 0],
        [day(12, 1), 5, 0, 0],
        ['GATA1', 2, 2, 2],
        ['SPI1', 2, 2, 2],
      ],
    });
    const sink = new MemoryDatasetSink();
    const report = await importDataset(ImportConfig.parse({ input: [file], species: 'human' }), resolver, sink);
    expect(report.genesMatchedBy['excel-date']).toBeGreaterThanOrEqual(2);
    expect(sink.dataset().genes.map(({ symbol }) => symbol)).toEqual(
      expect.arrayContaining(['SEPTIN2', 'GATA1', 'SPI1']),
    );
  });

  it('inside an archive, and without any extension', async () => {
    const content = readFileSync(await workbook({ sheet: 'counts', data: TABLE }));
    expect(await readRows(write(content, 'download'), 'table')).toEqual(COUNTS);
    expect(await readRows(write(zipOf([{ name: 'a/counts.xlsx', content }]), 'x.zip'), 'table')).toEqual(COUNTS);
  });

  it('made by other programs: no shared strings, no styles', async () => {
    const rows = TABLE.map(
      (row, r) =>
        `<row r="${r + 1}">${row.map((value, c) => cell(`${'ABCD'[c]}${r + 1}`, value as string)).join('')}</row>`,
    );
    expect(await readRows(write(rawWorkbook(rows.join(''))), 'table')).toEqual(COUNTS);
  });
});

describe('refused', () => {
  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['an old workbook', () => Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'old Excel workbook'],
    [
      'a row in the billions',
      () => rawWorkbook(`<row r="9999999">${cell('A9999999', 1)}</row>`),
      'outside the largest sheet',
    ],
    ['a row without end', () => rawWorkbook(`<row r="99999999999">${cell('A1', 1)}</row>`), 'no proper position'],
    ['a column far out', () => rawWorkbook(`<row r="1">${cell('ZZZ1', 1)}</row>`), 'outside the largest sheet'],
    [
      'a bracket that hides a column',
      () => rawWorkbook('<row r="1"><c x=">" r="ZZZZZZ1"><v>1</v></c></row>'),
      'no proper position',
    ],
    [
      'a grid of billions of empty cells',
      () => rawWorkbook(`<row r="1">${cell('XFD1', 1)}</row><row r="1048576">${cell('A1048576', 1)}</row>`),
      'save the sheet as CSV',
    ],
    [
      'rows out of order',
      () => rawWorkbook(`<row r="2">${cell('A2', 1)}</row><row r="1">${cell('A1', 1)}</row>`),
      'sheet 1 cannot be read',
    ],
    ['a sheet of zeros that unpacks to gigabytes', () => rawWorkbook(' '.repeat(150 * 2 ** 20)), 'times its size'],
    [
      'a sheet that lies about its size',
      () => rawWorkbook('', [{ name: 'xl/styles.xml', content: Buffer.alloc(2 ** 20, ' '), claimedSize: 10 }]),
      'cannot be read',
    ],
    ['no sheet', () => zipOf([{ name: 'xl/workbook.xml', content: '<workbook/>' }]), 'lists 0 sheets'],
    [
      'words only',
      async () =>
        readFileSync(
          await workbook({
            sheet: 'a',
            data: [
              ['x', 'y'],
              ['p', 'q'],
            ],
          }),
        ),
      'none of its sheets (a) holds a table',
    ],
  ])('%s', async (_, content, words) => {
    const file = write(await content(), 'x.xls');
    expect(await refusal(file)).toContain(words);
  });
});

describe('workbooks that are written', () => {
  it('keep gene names as text and numbers as numbers', async () => {
    const rows: (string | number | null)[][] = [
      ['SEPT2', 1.5, 3],
      ['MARCH1', -2e-10, null],
      ['1E5', Number.NaN, 7],
      ['=1+1', Number.POSITIVE_INFINITY, 0],
      ['a\u0000<b>&"c"', 0.1, 1_000_000],
      ['00123', 2, 2],
    ];
    const content = await writeWorkbook([
      {
        name: 'Markers: B/T',
        columns: [
          { title: 'gene', kind: 'text' },
          { title: 'log2 fold change', kind: 'number' },
          { title: 'cells', kind: 'integer', width: 12 },
        ],
        rows,
      },
      { name: 'Markers: B T', columns: [{ title: 'x', kind: 'text' }], rows: [['y']] },
    ]);
    const [first, second] = await readXlsxFile(content);
    expect([first.sheet, second.sheet]).toEqual(['Markers  B T', 'Markers  B T 2']);
    expect(first.data).toEqual([
      ['gene', 'log2 fold change', 'cells'],
      ['SEPT2', 1.5, 3],
      ['MARCH1', -2e-10, null],
      ['1E5', 'NaN', 7],
      ['=1+1', 'Infinity', 0],
      ['a<b>&"c"', 0.1, 1_000_000],
      ['00123', 2, 2],
    ]);
  });
});
