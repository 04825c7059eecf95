import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskPlace } from '#singlecell/io/place.ts';
import { readSmallTable } from '#singlecell/io/small-table.ts';
import { writeWorkbook } from '#singlecell/io/xlsx/write-workbook.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-small-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, content: string | Uint8Array): Promise<string[][]> {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return readSmallTable(await diskPlace(file));
}

describe('a small table', () => {
  it.each([
    ['comma.csv', 'gene,hit\r\n"SEPT2",yes\r\n\r\n'],
    ['tab.tsv', 'gene\thit\nSEPT2\tyes\n'],
    ['semicolon.csv', '\ufeffgene;hit\nSEPT2;yes\n'],
  ])('is read from %s', async (name, text) => {
    expect(await read(name, text)).toEqual([
      ['gene', 'hit'],
      ['SEPT2', 'yes'],
    ]);
  });

  it('is read from the first sheet of a workbook', async () => {
    const columns = ['gene', 'effect'].map((title) => ({ title, kind: 'number' as const }));
    const bytes = await writeWorkbook([{ name: 'Wells', columns, rows: [['MARCH1', 1.5]] }]);
    expect(await read('wells.xlsx', bytes)).toEqual([
      ['gene', 'effect'],
      ['MARCH1', '1.5'],
    ]);
  });

  it('is refused where it is none', async () => {
    await expect(read('one.csv', 'gene\nA\n')).rejects.toThrow(/one\.csv: it has no header and lines of two columns/);
    await expect(read('bytes.csv', Uint8Array.of(0, 1, 2, 0, 5, 0, 0))).rejects.toThrow(/bytes\.csv/);
    await expect(readSmallTable(await diskPlace(folder))).rejects.toThrow(/it is a folder/);
  });
});
