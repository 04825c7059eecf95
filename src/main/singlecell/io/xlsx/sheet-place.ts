import type { SheetData } from 'read-excel-file/node';
import type { Place } from '../place.ts';

const LINES_AT_ONCE = 512;

/** A sheet as tab-separated text, a line for each row, so that workbooks are read as text tables are. */
export class SheetPlace implements Place {
  readonly name: string;
  readonly kind = 'file';
  readonly path = null;
  readonly sizeBytes = null;
  readonly #rows: SheetData;
  readonly #nTitles: number;

  constructor(name: string, rows: SheetData) {
    this.name = name;
    this.#rows = rows;
    this.#nTitles = titleRows(rows);
  }

  children(): Promise<Place[]> {
    return Promise.resolve([]);
  }

  child(): Promise<Place | null> {
    return Promise.resolve(null);
  }

  sibling(): Promise<Place | null> {
    return Promise.resolve(null);
  }

  async *bytes(start = 0): AsyncGenerator<Uint8Array> {
    let left = start;
    for (let from = 0; from < this.#rows.length; from += LINES_AT_ONCE) {
      const lines = this.#rows.slice(from, from + LINES_AT_ONCE).map((row, i) => {
        return from + i < this.#nTitles ? '' : row.map((cell) => asText(cell)).join('\t');
      });
      const chunk = Buffer.from(`${lines.join('\n')}\n`);
      if (left >= chunk.length) left -= chunk.length;
      else {
        yield chunk.subarray(left);
        left = 0;
      }
      await Promise.resolve();
    }
  }
}

/** Lines of words above a table, as supplements of papers have, fill one cell or few. */
function titleRows(rows: SheetData): number {
  const filled = rows.map((row) => row.filter((cell) => cell !== null && cell !== '').length);
  const widest = filled.reduce((most, n) => Math.max(most, n), 0);
  const first = filled.findIndex((n) => n >= Math.max(2, widest - 1));
  return first > 0 && first < 30 ? first : 0;
}

/** Days as a spreadsheet stores what was a gene name, such as SEPT2. */
function asText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10);
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell !== 'string') return '';
  const text = cell.replace(/[\t\r\n]+/g, ' ');
  return text.startsWith('"') ? `"${text.replaceAll('"', '""')}"` : text;
}
