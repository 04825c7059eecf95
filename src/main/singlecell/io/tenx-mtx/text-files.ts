import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { gunzip } from '../archive/gunzip.ts';
import { startsWith, type Place } from '../place.ts';

/** Lists of genes and barcodes are read whole; more text than this is no such list. */
const MAX_LIST_BYTES = 1_000_000_000;

/** Bytes of a file, decompressed if it is gzip by content. Throws data-format when the compressed data are cut off. */
export async function* textChunks(place: Place): AsyncGenerator<Buffer> {
  if (await startsWith(place, [0x1f, 0x8b])) yield* gunzip(place);
  else {
    for await (const chunk of place.bytes()) {
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    }
  }
}

/** Rows of a small tab-separated file. Throws data-format for text that is not UTF-8. */
export async function readTsv(place: Place): Promise<string[][]> {
  const { name } = place;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of textChunks(place)) {
    size += chunk.length;
    if (size > MAX_LIST_BYTES) {
      throw new WorkbenchError(
        'data-format',
        `${name}: it is too long for a list of genes or barcodes; check the file.`,
      );
    }
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || bytes.includes(0)) {
    throw new WorkbenchError(
      'data-format',
      `${name}: the text is UTF-16 or binary, UTF-8 is expected; save it as UTF-8 (in a spreadsheet: "Text, tab delimited").`,
    );
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.split('\t').map((field) => field.trim().replace(/^"(.*)"$/, '$1')));
}
