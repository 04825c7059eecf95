import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';
import { textChunks } from '../tenx-mtx/text-files.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Bytes by which a file is told to be text, and of which kind. */
export const HEAD_BYTES = 65_536;
const BYTE_ORDER_MARKS: readonly [Encoding, readonly number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** Of the bytes at one parity that are zero where Latin text is stored in 16 bits. */
const ZERO_SHARE = 0.4;

/** How the beginning of a text is encoded; null for what is no text. */
export function detectEncoding(head: Uint8Array): Encoding | null {
  for (const [encoding, mark] of BYTE_ORDER_MARKS) {
    if (mark.every((byte, i) => head[i] === byte)) {
      return encoding === 'utf-16le' && head[2] === 0 && head[3] === 0 && head.length > 3 ? null : encoding;
    }
  }
  const zeros = [0, 0];
  let hasControls = false;
  for (let i = 0; i < head.length; i++) {
    const byte = head[i];
    if (byte === 0) zeros[i & 1]++;
    else if (byte < 9 || (byte > 13 && byte < 32)) hasControls = true;
  }
  const half = head.length / 2;
  if (zeros[1] > ZERO_SHARE * half && zeros[0] < 0.05 * half) return 'utf-16le';
  if (zeros[0] > ZERO_SHARE * half && zeros[1] < 0.05 * half) return 'utf-16be';
  if (zeros[0] + zeros[1] > 0 || hasControls) return null;
  return isUtf8(head) ? 'utf-8' : 'windows-1252';
}

/** The text of a file as UTF-8 bytes without byte order mark, decompressed where it is gzip. Throws data-format. */
export async function* utf8Chunks(place: Place, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = encoding === 'utf-8' ? null : new TextDecoder(encoding);
  let isFirst = true;
  for await (const chunk of textChunks(place)) {
    const bytes = decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
    const hasMark = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    isFirst = false;
    yield hasMark ? bytes.subarray(3) : bytes;
  }
}

/** The first bytes of a text, decompressed. Throws data-format. */
export async function textHead(place: Place, length: number = HEAD_BYTES): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of textChunks(place)) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= length) break;
  }
  return Buffer.concat(parts).subarray(0, length);
}

export async function requireEncoding(place: Place): Promise<Encoding> {
  const encoding = detectEncoding(await textHead(place));
  if (encoding) return encoding;
  throw new WorkbenchError(
    'data-format',
    `${place.name}: it holds bytes that no text has, a table as text (CSV or TSV) is expected; export it again as UTF-8 text.`,
  );
}

/** Incomplete characters at the very end are those that the cut went through. */
function isUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
