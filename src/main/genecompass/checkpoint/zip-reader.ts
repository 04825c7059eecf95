import { crc32 } from 'node:zlib';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type ByteSource, sourceBlocks } from './byte-source.ts';

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const MAX_ENTRIES = 100_000;
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

/** A stored (uncompressed) member of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  read(): Uint8Array;
  readPart(start: number, length: number): Uint8Array;
  /**
   * Compares the content with the checksum in the archive; gives the number of bytes after each block.
   *
   * Throws: data-format when they differ. Note: some writers leave the checksum out and write 0, which says nothing.
   */
  verify(): Iterable<number>;
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
  const members: Member[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > size || view.getUint32(at, true) !== CENTRAL)
      throw damaged(source, `member ${i} has no directory entry`);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const next = at + 46 + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (next > size) throw damaged(source, `the directory entry of member ${i} is cut`);
    const name = new TextDecoder().decode(directory.subarray(at + 46, at + 46 + nameBytes));
    checkName(source, name);
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
    const member = { name, size: memberSize, localOffset };
    members.push(member);
    const checksum = view.getUint32(at + 16, true);
    entries.set(name, {
      name,
      size: memberSize,
      read: () => source.read(dataOffset(source, member), memberSize),
      readPart: (start, length) => {
        if (start + length > memberSize) throw damaged(source, `member ${name} ends too early`);
        return source.read(dataOffset(source, member) + start, length);
      },
      verify: () => verifyChecksum(source, member, checksum),
    });
    at = next;
  }
  checkApart(source, [...members, { name: 'the directory', size: 0, localOffset: offset }]);
  return entries;
}

interface Member {
  readonly name: string;
  readonly size: number;
  readonly localOffset: number;
}

/** Nothing is ever unpacked to disk; a name that would leave its folder still marks an archive made to harm. */
function checkName(source: ByteSource, name: string): void {
  const printed = name.replace(/\p{C}/gu, '?').slice(0, 300);
  if (printed !== name) throw damaged(source, `member ${printed} has a name that is no plain text`);
  if (/^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes('..'))
    throw damaged(source, `member ${printed} has a path that leaves the archive`);
}

/** Members that share bytes would let a small file pose as a large one. */
function checkApart(source: ByteSource, members: Member[]): void {
  members.sort((a, b) => a.localOffset - b.localOffset);
  members.forEach(({ name, localOffset, size }, i) => {
    const next = members[i + 1];
    if (next && localOffset + LOCAL_BYTES + size > next.localOffset)
      throw damaged(source, `member ${name} and ${next.name} overlap`);
  });
}

function dataOffset(source: ByteSource, { name, localOffset }: Member): number {
  const header = source.read(localOffset, LOCAL_BYTES);
  const view = new DataView(header.buffer, header.byteOffset);
  if (view.getUint32(0, true) !== LOCAL)
    throw damaged(source, `member ${name} does not start where the directory says`);
  return localOffset + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

function* verifyChecksum(source: ByteSource, member: Member, expected: number): Generator<number> {
  if (expected === 0) {
    yield member.size;
    return;
  }
  let found = 0;
  for (const block of sourceBlocks(source, dataOffset(source, member), member.size)) {
    found = crc32(block, found);
    yield block.length;
  }
  if (found !== expected) throw damaged(source, `the content of member ${member.name} does not fit its checksum`);
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
