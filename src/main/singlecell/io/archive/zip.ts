import { Readable } from 'node:stream';
import { fromBufferPromise, openPromise, type Entry, type ZipFile } from 'yauzl';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';
import { EntryTree, type ArchiveFolder } from './entry-tree.ts';
import { skipBytes } from './gunzip.ts';
import { checkGrowth, damagedArchive, MAX_ARCHIVE_ENTRIES, refusedEntry } from './limits.ts';
import { wholeContent } from './whole-content.ts';

const OPTIONS = { autoClose: false, lazyEntries: true, strictFileNames: true } as const;
/** File types in the upper half of the attributes where the archive was made on Unix. */
const TYPE_MASK = 0xf000;
const PLAIN_TYPES = new Set([0, 0x8000, 0x4000]);
const STORED = 0;
const DEFLATED = 8;
const OUTSIDE = /invalid relative path|absolute path|invalid characters/;

/** Whether the file is an archive, told by the mark of a first file or of an empty directory. */
export const ZIP_MARKS: readonly (readonly number[])[] = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
];

/**
 * The content of a zip archive. Nothing is unpacked: a file is decompressed when it is read.
 *
 * Throws: data-format (damaged), unsupported (encrypted, links, names that lead out of it, other methods than deflate).
 */
export async function openZip(archive: Place, depth: number): Promise<ArchiveFolder> {
  const subject = archive.name;
  const tree = new EntryTree(archive, subject.replace(/\.zip$/i, ''), depth);
  let [packedBytes, unpackedBytes] = [0, 0];
  for (const entry of await readDirectory(archive)) {
    checkEntry(subject, entry);
    packedBytes += entry.compressedSize;
    unpackedBytes += entry.uncompressedSize;
    if (entry.fileName.endsWith('/')) tree.addFolder(entry.fileName);
    else {
      tree.addFile({
        path: entry.fileName,
        sizeBytes: entry.uncompressedSize,
        bytes: (start) => skipBytes(readEntry(archive, entry), start),
      });
    }
  }
  const { sizeBytes } = archive;
  if (sizeBytes !== null && packedBytes > sizeBytes) throw damagedArchive(subject, 'files in it overlap');
  checkGrowth(subject, packedBytes, unpackedBytes);
  return tree.root;
}

/** All entries of an archive; their content is not touched. Throws data-format, unsupported. */
export async function readDirectory(archive: Place): Promise<Entry[]> {
  const zip = await openFile(archive);
  try {
    if (zip.entryCount > MAX_ARCHIVE_ENTRIES) {
      throw refusedEntry(archive.name, `it holds more than ${MAX_ARCHIVE_ENTRIES.toLocaleString('en')} files`);
    }
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    return entries;
  } catch (cause) {
    throw inWords(archive.name, cause);
  } finally {
    zip.close();
  }
}

/** Content of one file. Throws data-format where it is not what the directory says. */
export async function* readEntry(archive: Place, entry: Entry): AsyncGenerator<Uint8Array> {
  const zip = await openFile(archive);
  let stream: Readable | null = null;
  try {
    stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    throw inWords(archive.name, cause);
  } finally {
    stream?.destroy();
    zip.close();
  }
}

/** Throws data-format, unsupported. */
export function checkEntry(subject: string, entry: Entry): void {
  if (entry.isEncrypted()) {
    throw new WorkbenchError(
      'unsupported',
      `${subject}: it is locked with a password, an open archive is expected; unpack it with the password and choose what is inside.`,
    );
  }
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw refusedEntry(subject, `its files are compressed with method ${entry.compressionMethod}`);
  }
  // Attributes mean file types only where the archive was made on Unix.
  const type = entry.versionMadeBy >> 8 === 3 ? (entry.externalFileAttributes >>> 16) & TYPE_MASK : 0;
  if (!PLAIN_TYPES.has(type)) throw refusedEntry(subject, 'it holds a link or a device');
  checkGrowth(subject, entry.compressedSize, entry.uncompressedSize);
}

async function openFile(archive: Place): Promise<ZipFile> {
  try {
    if (archive.path !== null) return await openPromise(archive.path, OPTIONS);
    return await fromBufferPromise(await wholeContent(archive), OPTIONS);
  } catch (cause) {
    throw inWords(archive.name, cause);
  }
}

function inWords(subject: string, cause: unknown): WorkbenchError {
  if (cause instanceof WorkbenchError) return cause;
  const reason = cause instanceof Error ? cause.message : '';
  if (OUTSIDE.test(reason)) return refusedEntry(subject, 'it names a file outside itself');
  if (/central directory/.test(reason)) return damagedArchive(subject, 'its list of files cannot be read', cause);
  return damagedArchive(subject, 'a file in it cannot be read', cause);
}
