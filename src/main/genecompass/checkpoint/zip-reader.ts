import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ByteSource } from './byte-source.ts';

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_ENTRIES = 100_000;
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

/** A stored (uncompressed) member of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  read(): Uint8Array;
}

/**
 * Lists the members of a zip archive whose members are all stored, as PyTorch writes them.
 *
 * Throws: data-format when the archive is damaged; unsupported when a member is compressed or encrypted.
 * Source: APPNOTE 6.3.9, zip64 included.
 * Note: compressed members are refused, so the archive cannot expand: no member is larger than the file.
 */
export function readStoredZip(source: ByteSource): ReadonlyMap<string, ZipEntry> {
  const { count, offset, size } = locateDirectory(source);
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES) {
    throw damaged(source, `its directory lists ${count} members in ${size} bytes`);
  }
  const directory = source.read(offset, size);
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > size || view.getUint32(at, true) !== CENTRAL)
      throw damaged(source, `member ${i} has no directory entry`);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const next = at + 46 + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (next > size) throw damaged(source, `the directory entry of member ${i} is cut`);
    const name = new TextDecoder().decode(directory.subarray(at + 46, at + 46 + nameBytes));
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    if (method !== 0 || flags & 1) {
      throw new WorkbenchError(
        'unsupported',
        `${source.name}: member ${name} is ${flags & 1 ? 'encrypted' : 'compressed'}, PyTorch stores members plain; save the model again.`,
      );
    }
    const extra = new DataView(directory.buffer, directory.byteOffset + at + 46 + nameBytes, extraBytes);
    const fields = widen(source, extra, [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ]);
    const [memberSize, storedSize, localOffset] = fields;
    if (memberSize !== storedSize)
      throw damaged(source, `member ${name} is stored in ${storedSize} bytes, not ${memberSize}`);
    if (entries.has(name)) throw damaged(source, `member ${name} is there twice`);
    entries.set(name, { name, size: memberSize, read: () => readMember(source, name, localOffset, memberSize) });
    at = next;
  }
  return entries;
}

function readMember(source: ByteSource, name: string, localOffset: number, size: number): Uint8Array {
  const header = source.read(localOffset, 30);
  const view = new DataView(header.buffer, header.byteOffset);
  if (view.getUint32(0, true) !== LOCAL)
    throw damaged(source, `member ${name} does not start where the directory says`);
  return source.read(localOffset + 30 + view.getUint16(26, true) + view.getUint16(28, true), size);
}

/** Replaces the 32-bit fields that are full by their 64-bit form from the zip64 extra field, in the order given. */
function widen(source: ByteSource, extra: DataView, fields: readonly number[]): number[] {
  if (!fields.includes(0xffffffff)) return [...fields];
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const size = extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === 1) {
      let field = at + 4;
      return fields.map((value) => {
        if (value !== 0xffffffff) return value;
        if (field + 8 > Math.min(at + 4 + size, extra.byteLength)) throw damaged(source, 'a zip64 field is cut');
        const wide = Number(extra.getBigUint64(field, true));
        field += 8;
        return wide;
      });
    }
    at += 4 + size;
  }
  throw damaged(source, 'a zip64 field is missing');
}

function locateDirectory(source: ByteSource): { count: number; offset: number; size: number } {
  const tailBytes = Math.min(source.size, 22 + 0xffff);
  const tail = source.read(source.size - tailBytes, tailBytes);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let end = tailBytes - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw damaged(source, 'it has no zip directory');
  const found = {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    offset: view.getUint32(end + 16, true),
  };
  if (found.count !== 0xffff && found.size !== 0xffffffff && found.offset !== 0xffffffff) return found;
  if (end < 20 || view.getUint32(end - 20, true) !== END_64_LOCATOR) return found;
  const record = source.read(Number(view.getBigUint64(end - 12, true)), 56);
  const wide = new DataView(record.buffer, record.byteOffset);
  if (wide.getUint32(0, true) !== END_64) throw damaged(source, 'its zip64 directory is missing');
  return {
    count: Number(wide.getBigUint64(32, true)),
    size: Number(wide.getBigUint64(40, true)),
    offset: Number(wide.getBigUint64(48, true)),
  };
}

function damaged(source: ByteSource, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${source.name}: ${fact}; it is not an intact PyTorch archive, copy it again.`,
  );
}
