import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';
import type { EntryBatch } from '../transpose.ts';
import { textChunks } from './text-files.ts';

export interface MatrixMarketHeader {
  nRows: number;
  nColumns: number;
  nEntries: number;
  /** Without values: every entry counts 1. */
  isPattern: boolean;
}

const NEWLINE = 10;
const MAX_LINE_BYTES = 1_000_000;
const BANNER = /^%%MatrixMarket\s+matrix\s+coordinate\s+(integer|real|double|pattern)\s+general\s*$/i;

/** Kinds and extents of a Matrix Market file. Throws data-format. */
export async function readHeader(place: Place): Promise<MatrixMarketHeader> {
  const fail = failure(place);
  let isPattern: boolean | undefined;
  for await (const block of wholeLines(place)) {
    for (const line of block.toString('latin1').split('\n')) {
      const text = line.trim();
      if (isPattern === undefined) {
        const banner = BANNER.exec(text);
        if (!banner) throw fail('its first line is not "%%MatrixMarket matrix coordinate … general"');
        isPattern = banner[1].toLowerCase() === 'pattern';
      } else if (text !== '' && !text.startsWith('%')) {
        const extents = text.split(/\s+/).map(Number);
        if (extents.length !== 3 || !extents.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
          throw fail('its line of extents does not hold three whole numbers');
        }
        return { nRows: extents[0], nColumns: extents[1], nEntries: extents[2], isPattern };
      }
    }
  }
  throw fail('its line of extents is missing');
}

/** Entries in the order of the file: rows are genes, columns cells. Throws data-format when it says what it does not hold. */
export async function* readEntries(place: Place, header: MatrixMarketHeader): AsyncGenerator<EntryBatch> {
  const fail = failure(place);
  let inHeader = true;
  let nRead = 0;
  for await (const block of wholeLines(place)) {
    let from = 0;
    if (inHeader) {
      from = afterExtents(block);
      if (from < 0) continue;
      inHeader = false;
    }
    const batch = parseBlock(block, from, header, fail);
    nRead += batch.cells.length;
    if (nRead > header.nEntries) throw fail(`it holds more entries than the ${header.nEntries} it announces`);
    if (batch.cells.length > 0) yield batch;
  }
  if (nRead !== header.nEntries) {
    throw fail(`it holds ${nRead} entries and announces ${header.nEntries}, so it was cut off`);
  }
}

function parseBlock(
  block: Buffer,
  from: number,
  header: MatrixMarketHeader,
  fail: (fact: string) => Error,
): EntryBatch {
  const capacity = Math.ceil((block.length - from) / 4) + 1;
  const genes = new Int32Array(capacity);
  const cells = new Int32Array(capacity);
  const values = new Float32Array(capacity);
  const fields = header.isPattern ? 2 : 3;
  const entry = [0, 0, 1];
  let n = 0;
  for (let at = from; at < block.length;) {
    let nFields = 0;
    while (at < block.length && block[at] !== NEWLINE) {
      if (block[at] <= 32) {
        at++;
        continue;
      }
      const start = at;
      let number = 0;
      let isDigits = true;
      for (; at < block.length && block[at] > 32; at++) {
        const digit = block[at] - 48;
        if (digit < 0 || digit > 9) isDigits = false;
        number = 10 * number + digit;
      }
      if (!isDigits) number = Number(block.toString('latin1', start, at));
      if (nFields < 3) entry[nFields] = number;
      nFields++;
    }
    at++;
    if (nFields === 0) continue;
    const [row, column, value] = entry;
    if (nFields !== fields || !(row >= 1 && row <= header.nRows) || !(column >= 1 && column <= header.nColumns)) {
      throw fail(`an entry is not "row column value" within ${header.nRows} × ${header.nColumns}`);
    }
    if (!Number.isInteger(row) || !Number.isInteger(column)) throw fail('an index is not a whole number');
    if (!Number.isFinite(value)) throw fail('a value is not a number');
    genes[n] = row - 1;
    cells[n] = column - 1;
    values[n++] = header.isPattern ? 1 : value;
  }
  return { genes: genes.subarray(0, n), cells: cells.subarray(0, n), values: values.subarray(0, n) };
}

/** Position after the first line that is no comment; -1 when the block holds comments only. */
function afterExtents(block: Buffer): number {
  for (let at = 0; at < block.length;) {
    const end = block.indexOf(NEWLINE, at);
    const stop = end < 0 ? block.length : end;
    const line = block.toString('latin1', at, Math.min(stop, at + 80)).trim();
    at = stop + 1;
    if (line !== '' && !line.startsWith('%')) return Math.min(at, block.length);
  }
  return -1;
}

/** Blocks that end at a line end; the last one may lack it. */
async function* wholeLines(place: Place): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of textChunks(place)) {
    const block = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = block.lastIndexOf(NEWLINE);
    if (end >= 0) yield block.subarray(0, end + 1);
    rest = block.subarray(end + 1);
    if (rest.length > MAX_LINE_BYTES) throw failure(place)('it has a line of more than a million characters');
  }
  if (rest.length > 0) yield rest;
}

function failure(place: Place): (fact: string) => WorkbenchError {
  return (fact) =>
    new WorkbenchError(
      'data-format',
      `${place.name}: ${fact}; a Matrix Market file of genes × cells is expected, copy or export it again.`,
    );
}
