import writeXlsxFile, { type Cell, type Sheet } from 'write-excel-file/node';
import { withoutDates } from './fixed-dates.ts';

export interface WorkbookColumn {
  title: string;
  /** Texts stay texts: a spreadsheet turns neither SEPT2 nor 1E5 into a date or number. */
  kind: 'text' | 'integer' | 'number';
  /** In letters; by the longest of the first cells if left out. */
  width?: number;
}

export interface WorkbookSheet {
  name: string;
  columns: readonly WorkbookColumn[];
  /** One value per column; null leaves the cell empty. */
  rows: Iterable<readonly (string | number | null)[]>;
}

/** What Excel allows in the name of a sheet. */
const MAX_NAME = 31;
const MAX_TEXT = 32_767;
const LOOKED_AT = 200;
const [MIN_WIDTH, MAX_WIDTH] = [8, 60];

/**
 * An Excel workbook of tables: bold header that stays in sight, columns typed; equal tables are equal bytes.
 *
 * Note: numbers that are not finite become texts, since a workbook has no such numbers.
 */
export async function writeWorkbook(sheets: readonly WorkbookSheet[]): Promise<Buffer> {
  const names = new Set<string>();
  const contents = sheets.map(({ name, columns, rows }): Sheet<Buffer> => {
    const header = columns.map(({ title }): Cell => ({ type: String, value: title, fontWeight: 'bold' }));
    const widths = columns.map(({ title }) => title.length + 2);
    const data: Cell[][] = [header];
    for (const row of rows) {
      const cells = columns.map(({ kind }, i) => cellOf(row[i] ?? null, kind));
      if (data.length <= LOOKED_AT) {
        row.forEach((value, i) => (widths[i] = Math.max(widths[i], shownLength(value))));
      }
      data.push(cells);
    }
    return {
      sheet: sheetName(name, names),
      data,
      stickyRowsCount: 1,
      columns: columns.map(({ width }, i) => ({ width: width ?? Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, widths[i])) })),
    };
  });
  return withoutDates(await writeXlsxFile(contents).toBuffer());
}

function cellOf(value: string | number | null, kind: WorkbookColumn['kind']): Cell {
  if (value === null || value === '') return null;
  if (typeof value === 'string' || kind === 'text' || !Number.isFinite(value)) {
    return { type: String, value: printable(String(value)), format: '@' };
  }
  return kind === 'integer' ? { type: Number, value, format: '0' } : { type: Number, value };
}

function sheetName(name: string, taken: Set<string>): string {
  const base =
    name
      .replace(/[\\/?*[\]:']/g, ' ')
      .slice(0, MAX_NAME)
      .trim() || 'Sheet';
  let unique = base;
  for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${base.slice(0, MAX_NAME - 4)} ${n}`;
  taken.add(unique.toLowerCase());
  return unique;
}

function shownLength(value: string | number | null): number {
  return typeof value === 'number' ? 10 : (value?.length ?? 0) + 1;
}

/** XML has no place for control characters. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').slice(0, MAX_TEXT);
}
