import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

export type Face = 'regular' | 'bold' | 'italic';

const FILES: Record<Face, string> = {
  regular: 'roboto-all-400-normal.woff',
  bold: 'roboto-all-700-normal.woff',
  italic: 'roboto-all-400-italic.woff',
};
const require = createRequire(import.meta.url);
const kept = new Map<Face, FontFile>();

/** A font as an OpenType file, and which characters it draws. */
export interface FontFile {
  bytes: Buffer;
  has(codePoint: number): boolean;
}

/** Roboto as it is shipped: Latin, Greek, Cyrillic, Vietnamese; neither Han nor arrows. */
export function robotoFile(face: Face): FontFile {
  let file = kept.get(face);
  if (!file) {
    const bytes = unpackWoff(readFileSync(require.resolve(`@fontsource/roboto/files/${FILES[face]}`)));
    const codePoints = codePointsOf(bytes);
    file = { bytes, has: (codePoint) => codePoints.has(codePoint) };
    kept.set(face, file);
  }
  return file;
}

/**
 * The OpenType file a WOFF file was made of.
 *
 * Source: W3C, WOFF File Format 1.0, sections 3 to 5.
 * Throws: `data-format` for anything else than WOFF 1.
 */
export function unpackWoff(woff: Buffer): Buffer {
  if (woff.length < 44 || woff.readUInt32BE(0) !== 0x774f4646)
    throw new WorkbenchError('data-format', 'font: it is not a WOFF file; install the workbench again.');
  const nTables = woff.readUInt16BE(12);
  const tables = Array.from({ length: nTables }, (_, i) => {
    const at = 44 + 20 * i;
    const [offset, packed, size] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field));
    const stored = woff.subarray(offset, offset + packed);
    return {
      tag: woff.subarray(at, at + 4),
      checksum: woff.readUInt32BE(at + 16),
      data: packed < size ? inflateSync(stored, { maxOutputLength: size }) : stored,
    };
  });
  const power = 2 ** Math.floor(Math.log2(nTables));
  const header = Buffer.alloc(12 + 16 * nTables);
  woff.copy(header, 0, 4, 8);
  header.writeUInt16BE(nTables, 4);
  header.writeUInt16BE(16 * power, 6);
  header.writeUInt16BE(Math.log2(power), 8);
  header.writeUInt16BE(16 * (nTables - power), 10);
  const parts = [header];
  let offset = header.length;
  tables.forEach(({ tag, checksum, data }, i) => {
    const at = 12 + 16 * i;
    tag.copy(header, at);
    header.writeUInt32BE(checksum, at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(data.length, at + 12);
    const padded = Buffer.alloc(Math.ceil(data.length / 4) * 4);
    data.copy(padded);
    parts.push(padded);
    offset += padded.length;
  });
  return Buffer.concat(parts);
}

/** Source: OpenType 1.9, table `cmap`, subtable format 4 (characters of the first plane). */
function codePointsOf(font: Buffer): Set<number> {
  const found = new Set<number>();
  const cmap = tableAt(font, 'cmap');
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const at = cmap + font.readUInt32BE(cmap + 4 + 8 * i + 4);
    if (font.readUInt16BE(at) !== 4) continue;
    const length = font.readUInt16BE(at + 6);
    const [ends, starts, deltas, offsets] = [14, 16 + length, 16 + 2 * length, 16 + 3 * length].map(
      (part) => at + part,
    );
    for (let segment = 0; segment < length; segment += 2) {
      const [end, start] = [font.readUInt16BE(ends + segment), font.readUInt16BE(starts + segment)];
      const rangeOffset = font.readUInt16BE(offsets + segment);
      for (let code = start; code <= end && code !== 0xffff; code++) {
        const glyph =
          rangeOffset === 0
            ? (code + font.readUInt16BE(deltas + segment)) & 0xffff
            : font.readUInt16BE(offsets + segment + rangeOffset + 2 * (code - start));
        if (glyph !== 0) found.add(code);
      }
    }
  }
  return found;
}

function tableAt(font: Buffer, name: string): number {
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const at = 12 + 16 * i;
    if (font.toString('latin1', at, at + 4) === name) return font.readUInt32BE(at + 8);
  }
  throw new WorkbenchError('data-format', `font: it has no table "${name}"; install the workbench again.`);
}
