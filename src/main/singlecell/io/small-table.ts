import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { requireEncoding, utf8Chunks } from './delimited/encoding.ts';
import { parseText } from './delimited/parse-text.ts';
import type { Place } from './place.ts';
import { firstSheet, xlsxReader } from './xlsx/xlsx-reader.ts';

const MOST_BYTES = 16 * 2 ** 20;

/**
 * All fields of a table of words and numbers (CSV, TSV, the first sheet of an Excel workbook), its header first.
 *
 * Throws: `data-format` for what is no table, or one of more than 16 MiB of text.
 */
export async function readSmallTable(place: Place): Promise<string[][]> {
  if (place.kind !== 'file')
    throw new WorkbenchError('data-format', `${place.name}: it is a folder, a table is expected; choose a file.`);
  const source = (await xlsxReader.sniff(place)) ? await firstSheet(place) : place;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of utf8Chunks(source, await requireEncoding(source))) {
    parts.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES)
      throw new WorkbenchError('data-format', `${place.name}: it is larger than 16 MiB, a short table is expected.`);
  }
  const rows = parseText(Buffer.concat(parts).toString('utf8'));
  if (rows.length < 2 || rows[0].length < 2)
    throw new WorkbenchError(
      'data-format',
      `${place.name}: it has no header and lines of two columns or more; save it as CSV or Excel with a header.`,
    );
  return rows;
}
