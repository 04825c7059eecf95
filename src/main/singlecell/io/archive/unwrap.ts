import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { readSome, startsWith, type Place } from '../place.ts';
import { ArchiveFile } from './entry-tree.ts';
import { GzipPlace } from './gzip-place.ts';
import { isTarHeader, TAR_BLOCK } from './tar-header.ts';
import { openTar } from './tar.ts';
import { openZip, readDirectory, ZIP_MARKS } from './zip.ts';

const GZIP_MARK = [0x1f, 0x8b];
/** An archive, and one in it. */
const MAX_DEPTH = 2;
const WORKBOOK = 'xl/workbook.xml';

/**
 * What is inside an archive (a folder) or behind gzip (a file), told by content; the place itself where it is neither.
 *
 * Throws: data-format (damaged), unsupported (an archive in an archive in an archive, encrypted, links).
 */
export async function unwrap(place: Place): Promise<Place> {
  if (place.kind === 'folder') return place;
  const depth = 1 + (place instanceof ArchiveFile ? place.depth : 0);
  const kind = await archiveKind(place);
  if (kind === null) return place;
  if (kind === 'gzip') return new GzipPlace(place);
  if (depth > MAX_DEPTH) {
    throw new WorkbenchError(
      'unsupported',
      `${place.name}: it is an archive in an archive in an archive, one within another is the most that is read; unpack the outer one yourself.`,
    );
  }
  return kind === 'zip' ? await openZip(place, depth) : await openTar(place, kind === 'tar.gz', depth);
}

async function archiveKind(place: Place): Promise<'zip' | 'tar' | 'tar.gz' | 'gzip' | null> {
  for (const mark of ZIP_MARKS) {
    if (await startsWith(place, mark)) return (await isWorkbook(place)) ? null : 'zip';
  }
  if (await startsWith(place, GZIP_MARK)) {
    const head = await readSome(new GzipPlace(place), TAR_BLOCK).catch(() => new Uint8Array(0));
    return isTarHeader(head) ? 'tar.gz' : 'gzip';
  }
  return isTarHeader(await readSome(place, TAR_BLOCK).catch(() => new Uint8Array(0))) ? 'tar' : null;
}

/** Workbooks are zip archives with a format of their own. */
export async function isWorkbook(place: Place): Promise<boolean> {
  try {
    return (await readDirectory(place)).some(({ fileName }) => fileName === WORKBOOK);
  } catch {
    return false;
  }
}
