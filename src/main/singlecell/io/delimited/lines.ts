import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Whole lines that lie in one buffer: line `i` is the bytes [starts[i], ends[i]), without its line end. */
export interface LineBlock {
  bytes: Buffer;
  starts: number[];
  ends: number[];
  /** Of each line in the file, from 1. */
  numbers: number[];
}

export interface LineRules {
  /** File name, for messages. */
  subject: string;
  /** 10, or 13 for text of old Macintosh programs. */
  newline: number;
  /** Field separator, which tells where quotes begin; 0 where quotes mean nothing. */
  delimiter: number;
}

export const NEWLINE = 10;
export const RETURN = 13;
export const QUOTE = 34;
export const SPACE = 32;
/** A header of a million names of 60 letters. */
export const MAX_LINE_BYTES = 64 * 2 ** 20;
const MAX_LINES_IN_QUOTES = 500;

/** Cuts text into lines; a line end inside quotes ends no line. Throws data-format for a line or quote without end. */
export async function* lineBlocks(chunks: AsyncIterable<Buffer>, rules: LineRules): AsyncGenerator<LineBlock> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let number = 1;
  for await (const chunk of chunks) {
    restBytes += chunk.length;
    // Without a line end in sight nothing is joined yet, else a long line would be copied once per chunk.
    if (!chunk.includes(rules.newline)) {
      rest.push(chunk);
      if (restBytes > MAX_LINE_BYTES) throw endless(rules.subject, number);
      continue;
    }
    const bytes = rest.length > 0 ? Buffer.concat([...rest, chunk]) : chunk;
    const [block, from, nEnds] = cut(bytes, rules, number);
    if (block.starts.length > 0) yield block;
    number += nEnds;
    rest = [bytes.subarray(from)];
    restBytes = bytes.length - from;
    if (restBytes > MAX_LINE_BYTES) throw endless(rules.subject, number);
  }
  if (restBytes === 0) return;
  const bytes = Buffer.concat(rest);
  yield { bytes, starts: [0], ends: [trimmedEnd(bytes, 0, bytes.length)], numbers: [number] };
}

/** The lines of a buffer, where the unfinished rest begins, and the number of line ends before it. */
function cut(bytes: Buffer, { newline, delimiter, subject }: LineRules, number: number): [LineBlock, number, number] {
  const starts: number[] = [];
  const ends: number[] = [];
  const numbers: number[] = [];
  let nEnds = 0;
  let from = 0;
  let nInside = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) {
    if (delimiter > 0 && isInsideQuotes(bytes, from, at, delimiter)) {
      if (++nInside > MAX_LINES_IN_QUOTES) throw endless(subject, number + nEnds);
      continue;
    }
    numbers.push(number + nEnds);
    nEnds += 1 + nInside;
    nInside = 0;
    starts.push(from);
    ends.push(trimmedEnd(bytes, from, at));
    from = at + 1;
  }
  return [{ bytes, starts, ends, numbers }, from, nEnds];
}

function isInsideQuotes(bytes: Buffer, start: number, end: number, delimiter: number): boolean {
  const first = bytes.indexOf(QUOTE, start);
  if (first < 0 || first >= end) return false;
  let isQuoted = false;
  let isFieldStart = true;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (isQuoted) {
      if (byte !== QUOTE) continue;
      if (at + 1 < end && bytes[at + 1] === QUOTE) at++;
      else isQuoted = false;
    } else if (byte === QUOTE && isFieldStart) isQuoted = true;
    isFieldStart = byte === delimiter;
  }
  return isQuoted;
}

function trimmedEnd(bytes: Buffer, start: number, end: number): number {
  return end > start && bytes[end - 1] === RETURN ? end - 1 : end;
}

function endless(subject: string, line: number): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${subject}: line ${line} is longer than 64 million characters or opens a quote that is never closed, a table with one line per gene or cell is expected; export it again.`,
  );
}
