import type { Block, Cell } from '../blocks.ts';
import { headOf } from '../row-head.ts';
import { PAPER } from '../scene.ts';
import type { PageFlow } from './page-flow.ts';
import { LEADING, type Line, type TextStyle } from './typesetter.ts';

type Table = Extract<Block, { kind: 'table' }>;

const [SIZE, PADDING_X, PADDING_Y, BAR] = [8, 4, 2.5, 60];
const HEAD: TextStyle = { face: 'bold', size: SIZE, colour: PAPER.soft };
const BODY: TextStyle = { face: 'regular', size: SIZE, colour: PAPER.ink };
/** Room for a head of up to three lines and three rows. */
const FIRST_ROWS = 5;
/** A column may be cut to this many letters' width before it is broken into lines. */
const NARROWEST = 34;

/** A table that goes on over pages: the head stands on every page and is read aloud on the first, no row is torn. */
export function setTable(flow: PageFlow, table: Table): void {
  const { tags } = flow;
  const widths = columnWidths(flow, table);
  const head = () => {
    const lines = table.columns.map(({ title }, i) => flow.text.lines(title, widths[i] - 2 * PADDING_X, HEAD));
    const styles = table.columns.map(() => HEAD);
    const height = rowHeight(lines);
    tags.within('TR', () =>
      drawRow(flow, { table, widths, lines, styles, height, heads: table.columns.map(() => 'Column') }),
    );
    flow.y += height;
    flow.rule(flow.y, PAPER.soft, 0.8);
  };
  if (table.caption !== '')
    tags.within('Caption', () => flow.paragraph(table.caption, { face: 'regular', size: SIZE, colour: PAPER.soft }, 3));
  // A head is never alone at the foot of a page, nor with a single row.
  flow.room(FIRST_ROWS * (LEADING * SIZE + 2 * PADDING_Y));
  tags.within('THead', head);
  tags.within('TBody', () =>
    table.rows.forEach((row, i) => {
      const styles = row.map((cell): TextStyle => styleOf(cell, i === table.leading));
      const lines = row.map((cell, column) => {
        const room = widths[column] - 2 * PADDING_X - (cell.bar === undefined ? 0 : BAR);
        return flow.text.lines(`${cell.text}${cell.isStarred ? ' ★' : ''}`, room, styles[column]);
      });
      const height = rowHeight(lines);
      if (flow.room(height)) tags.decoration(head);
      if (i === table.leading) flow.box(flow.y, height, '#e3f0f7');
      const names = headOf(row);
      const heads = row.map((_, column) => (column === names ? 'Row' : null));
      tags.within('TR', () => drawRow(flow, { table, widths, lines, styles, height, heads, row }));
      flow.y += height;
      flow.rule(flow.y, PAPER.line, 0.5);
    }),
  );
  flow.y += 6;
}

function styleOf({ look }: Cell, isLeading: boolean): TextStyle {
  if (look === 'gene') return { ...BODY, face: 'italic' };
  if (look === 'code') return { ...BODY, size: 6.5 };
  return isLeading ? { ...BODY, face: 'bold' } : BODY;
}

function rowHeight(lines: readonly (readonly Line[])[]): number {
  return 2 * PADDING_Y + LEADING * SIZE * Math.max(1, ...lines.map((cell) => cell.length));
}

interface DrawnRow {
  table: Table;
  widths: readonly number[];
  lines: readonly (readonly Line[])[];
  styles: readonly TextStyle[];
  height: number;
  /** What each cell heads; null for one that is headed. */
  heads: readonly ('Column' | 'Row' | null)[];
  row?: readonly Cell[];
}

function drawRow(flow: PageFlow, { table, widths, lines, styles, height, heads, row }: DrawnRow): void {
  const { tags, text } = flow;
  let x = flow.left;
  lines.forEach((cell, i) => {
    const right = x + widths[i] - PADDING_X;
    const from = x + PADDING_X;
    const draw = () =>
      cell.forEach((line, n) => {
        const at = table.columns[i].align === 'right' ? right - line.width : from;
        tags.content(() => text.line(line, at, flow.y + PADDING_Y + n * LEADING * SIZE, styles[i]));
      });
    const scope = heads[i];
    tags.within(scope === null ? 'TD' : 'TH', draw, scope === null ? {} : { scope });
    const bar = row?.[i].bar;
    if (bar !== undefined && bar > 0) {
      const length = (BAR - PADDING_X) * bar;
      tags.decoration(() =>
        flow.doc.rect(right - BAR + PADDING_X, flow.y + height / 2 - 2.5, length, 5).fill(PAPER.accent),
      );
    }
    x += widths[i];
  });
}

/** As wide as their longest cell, and narrower where that is too much, the widest first. */
function columnWidths(flow: PageFlow, { columns, rows }: Table): number[] {
  const wanted = columns.map(({ title }, i) => {
    const longestWord = Math.max(...title.split(' ').map((word) => flow.text.width(word, HEAD)));
    const cells = rows.map((row) => {
      const star = row[i].isStarred ? ' ★' : '';
      return flow.text.width(`${row[i].text}${star}`, styleOf(row[i], true)) + (row[i].bar === undefined ? 0 : BAR);
    });
    return 2 * PADDING_X + 0.5 + cells.reduce((most, width) => Math.max(most, width), longestWord);
  });
  const total = () => wanted.reduce((sum, width) => sum + width, 0);
  for (let guard = 0; total() > flow.width && guard < 50; guard++) {
    const widest = Math.max(...wanted);
    const at = wanted.indexOf(widest);
    const second = Math.max(NARROWEST, ...wanted.filter((_, i) => i !== at && wanted[i] < widest));
    wanted[at] = Math.max(NARROWEST, second, widest - (total() - flow.width));
    if (wanted[at] === widest) wanted[at] = Math.max(NARROWEST, widest - (total() - flow.width));
  }
  // A bar stands beside its number, not at the far end of a wide cell.
  const hasBars = rows.some((row) => row.some(({ bar }) => bar !== undefined));
  const spare = hasBars ? 0 : Math.max(0, flow.width - total()) / columns.length;
  return wanted.map((width) => width + spare);
}
