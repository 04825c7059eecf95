import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { FolderListing } from './host-adapter.ts';

const MAX_ENTRIES = 5000;

/**
 * Lists a folder without its hidden entries.
 *
 * Throws: `not-found`, `resource`, `invalid-input` for a file. What cannot be looked at is left out.
 */
export async function listFolder(folder: string): Promise<FolderListing> {
  const absolute = path.resolve(folder);
  const entries: FolderListing['entries'] = [];
  try {
    if (!(await stat(absolute)).isDirectory()) {
      throw new WorkbenchError('invalid-input', `${absolute}: it is a file, not a folder; choose a folder.`);
    }
    for (const entry of (await readdir(absolute, { withFileTypes: true })).slice(0, MAX_ENTRIES)) {
      if (entry.name.startsWith('.')) continue;
      const full = path.join(absolute, entry.name);
      const info = await stat(full).catch(() => undefined);
      if (info?.isDirectory()) entries.push({ name: entry.name, path: full, kind: 'folder', sizeBytes: null });
      else if (info?.isFile()) entries.push({ name: entry.name, path: full, kind: 'file', sizeBytes: info.size });
    }
  } catch (thrown) {
    throw toWorkbenchError(thrown, absolute);
  }
  entries.sort((a, b) => (a.kind === b.kind ? compareText(a.name, b.name) : a.kind === 'folder' ? -1 : 1));
  const parent = path.dirname(absolute);
  return { path: absolute, parent: parent === absolute ? null : parent, entries };
}

/** Throws: `invalid-input` for a relative path, `not-found`, `resource`. */
export async function writeWhole(file: string, content: Uint8Array): Promise<void> {
  if (!path.isAbsolute(file)) {
    throw new WorkbenchError('invalid-input', `${file}: the path is not complete; give it from the root on.`);
  }
  try {
    await writeFile(file, content);
  } catch (thrown) {
    throw toWorkbenchError(thrown, file);
  }
}

function compareText(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : 1);
}
