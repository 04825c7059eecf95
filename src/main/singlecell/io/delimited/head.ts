import Papa from 'papaparse';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';
import { utf8Chunks, type Encoding } from './encoding.ts';
import { classify, isBlank, splitFields, type Dialect } from './fields.ts';
import { lineBlocks, MAX_LINE_BYTES, NEWLINE, RETURN, type LineBlock } from './lines.ts';

/** The first lines of a table, cut into fields. */
export interface TableHead {
  dialect: Dialect;
  newline: number;
  /** Field lists of the first lines, the header among them. */
  rows: string[][];
  /** Lines before the header: comments and empty ones. */
  nSkipped: number;
  /** The header is itself a comment line. */
  isHeaderComment: boolean;
}

const MAX_LINES = 200;
/** Wide tables need fewer lines: their columns tell. */
const ENOUGH_BYTES = 2 ** 20;
const MIN_LINES = 10;
const LINES_FOR_DELIMITER = 40;
const WIDE_LINE = 200_000;
const MAX_COLUMNS = 3_000_000;
/** In order of preference where several fit. */
const DELIMITERS = ['\t', ',', ';', '|', ' '];
const MIN_AGREEMENT = 0.95;
const COMMENT = /^[#%!]/;

/** Reads the first lines and tells how they are written. Throws data-format for what is no table. */
export async function readHead(place: Place, encoding: Encoding): Promise<TableHead> {
  const subject = place.name;
  const as = encoding === 'windows-1252' ? 'latin1' : 'utf8';
  const text = () => utf8Chunks(place, encoding);
  const newline = await newlineOf(text());
  const { nSkipped, lines, above } = await bodyLines(
    lineBlocks(text(), { subject, newline, delimiter: 0 }),
    as,
    subject,
  );
  if (lines.length === 0) throw noTable(subject, 'it holds nothing but comments or empty lines');
  const separator = delimiterOf(lines);
  if (separator === null) throw noTable(subject, 'its lines do not fall into columns');
  const plain: Dialect = {
    delimiter: separator.charCodeAt(0),
    isCollapsed: separator === ' ',
    hasDecimalComma: false,
    encoding: as,
  };
  const rows: string[][] = [];
  // Read again: now that the separator is known, line ends inside quotes are no ends.
  let nLeft = nSkipped;
  for await (const block of lineBlocks(text(), { subject, newline, delimiter: plain.delimiter })) {
    for (let i = 0; i < block.starts.length && rows.length < lines.length; i++) {
      if (nLeft-- > 0 || isBlank(block.bytes, block.starts[i], block.ends[i])) continue;
      rows.push(splitFields(block.bytes, block.starts[i], block.ends[i], plain));
    }
    if (rows.length >= lines.length) break;
  }
  // Some programs write the header itself as a comment. A remark of as many words as there are columns is none, and then
  // the line below names columns instead of holding numbers.
  const commented = above === null ? [] : splitLine(above.replace(COMMENT, '').trimStart(), separator);
  const hasNumbers = rows[0].some((field) => classify(field, true).kind === 'number');
  const isHeaderComment = commented.length > 1 && commented.length === rows[0].length && hasNumbers;
  if (isHeaderComment) rows.unshift(commented);
  const hasComma = separator === ',' ? rows.slice(1).some((row) => row.some((field) => field.includes(','))) : true;
  return {
    dialect: { ...plain, hasDecimalComma: hasComma && hasDecimalComma(rows) },
    newline,
    rows,
    nSkipped: isHeaderComment ? nSkipped - 1 : nSkipped,
    isHeaderComment,
  };
}

async function newlineOf(chunks: AsyncIterable<Buffer>): Promise<number> {
  let size = 0;
  let endsInReturn = false;
  for await (const chunk of chunks) {
    // A Windows line end may lie across two chunks.
    if (endsInReturn) return chunk[0] === NEWLINE ? NEWLINE : RETURN;
    if (chunk.includes(NEWLINE)) return NEWLINE;
    const at = chunk.indexOf(RETURN);
    endsInReturn = at === chunk.length - 1 && at >= 0;
    if (at >= 0 && !endsInReturn) return RETURN;
    size += chunk.length;
    if (size > MAX_LINE_BYTES) break;
  }
  return endsInReturn ? RETURN : NEWLINE;
}

/** The first lines below comments and empty lines, how many lines these are, and the comment right above. */
async function bodyLines(
  blocks: AsyncIterable<LineBlock>,
  as: 'utf8' | 'latin1',
  subject: string,
): Promise<{ nSkipped: number; lines: string[]; above: string | null }> {
  const lines: string[] = [];
  let nSkipped = 0;
  let size = 0;
  let above: string | null = null;
  for await (const { bytes, starts, ends } of blocks) {
    for (let i = 0; i < starts.length && lines.length < MAX_LINES; i++) {
      if (ends[i] - starts[i] > MAX_COLUMNS) refuseTooWide(subject, bytes, starts[i], ends[i]);
      const line = bytes.toString(as, starts[i], ends[i]);
      if (lines.length === 0 && (COMMENT.test(line) || line.trim() === '')) {
        nSkipped++;
        above = COMMENT.test(line) ? line : null;
      } else if (line.trim() !== '') lines.push(line);
      size += line.length;
    }
    if (lines.length >= MAX_LINES || (size > ENOUGH_BYTES && lines.length >= MIN_LINES)) break;
  }
  return { nSkipped, lines, above };
}

function refuseTooWide(subject: string, bytes: Buffer, start: number, end: number): void {
  let n = 0;
  const separators = DELIMITERS.map((delimiter) => delimiter.charCodeAt(0));
  for (let at = start; at < end; at++) if (separators.includes(bytes[at])) n++;
  if (n > MAX_COLUMNS) throw noTable(subject, `it has a line of more than ${MAX_COLUMNS.toLocaleString('en')} columns`);
}

/** The separator that cuts all lines into the same number of columns; rather one that fits the header as well. */
function delimiterOf(lines: readonly string[]): string | null {
  const looked = lines.slice(0, lines[0].length > WIDE_LINE ? MIN_LINES : LINES_FOR_DELIMITER);
  let best: { delimiter: string; isShort: boolean; agreement: number } | null = null;
  for (const delimiter of DELIMITERS) {
    const counts = looked.map((line) => splitLine(line, delimiter).length);
    const body = counts.length > 1 ? counts.slice(1) : counts;
    const usual = mode(body);
    // The header of R names the columns only, not the names of the lines.
    const isShort = counts[0] === usual - 1;
    if (usual < 2 || !(counts[0] === usual || isShort)) continue;
    const agreement = body.filter((count) => count === usual).length / body.length;
    const isBetter =
      best === null || (best.isShort && !isShort && agreement >= 0.9) || agreement > best.agreement + 0.1;
    if (agreement > 0.5 && isBetter) best = { delimiter, isShort, agreement };
    if (best?.delimiter === delimiter && !isShort && agreement >= MIN_AGREEMENT) break;
  }
  return best?.delimiter ?? null;
}

function splitLine(line: string, delimiter: string): string[] {
  return parseFields(delimiter === ' ' ? line.trim().replace(/ +/g, ' ') : line, delimiter);
}

function parseFields(line: string, delimiter: string): string[] {
  const { data } = Papa.parse<string[]>(line, { delimiter, newline: '\n' });
  return (data[0] ?? ['']).map((field) => field.trim());
}

function mode(counts: readonly number[]): number {
  const seen = new Map<number, number>();
  for (const count of counts) seen.set(count, (seen.get(count) ?? 0) + 1);
  return [...seen].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])[0];
}

/** Commas inside fields that are numbers but for them, not all in groups of three digits. */
function hasDecimalComma(rows: readonly string[][]): boolean {
  let nDecimal = 0;
  let nPoint = 0;
  for (const row of rows) {
    for (const field of row) {
      if (!/\d/.test(field)) continue;
      if (field.includes(',') && classify(field, true).kind === 'number') {
        if (!/^[+-]?\d{1,3},\d{3}$/.test(field) || /^[+-]?0,/.test(field)) nDecimal++;
      } else if (/^[+-]?\d+\.\d+$/.test(field)) nPoint++;
    }
  }
  return nDecimal > nPoint;
}

export function noTable(subject: string, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${subject}: ${fact}, a table of genes × cells with tabs, commas or semicolons between its columns is expected; export it again as CSV.`,
  );
}
