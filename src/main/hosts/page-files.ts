import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

export interface PageFile {
  /** On disk. */
  file: string;
  mediaType: string;
  /** Its name changes with its content. */
  isImmutable: boolean;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

const ENTRY = '/index.html';

/**
 * Files of the built renderer by the path a page asks for.
 *
 * Note: answers come from this list only, so no path that a page makes up can leave the folder; links and kinds of files
 * that the renderer does not use are not in it.
 *
 * Throws: `unavailable` when the renderer is not built.
 */
export function listPageFiles(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const mediaType = MEDIA_TYPES[path.extname(entry.name)];
      if (!entry.isFile() || !mediaType) continue;
      const file = path.join(entry.parentPath, entry.name);
      const address = `/${path.relative(folder, file).split(path.sep).join('/')}`;
      files.set(address, { file, mediaType, isImmutable: address.startsWith('/assets/') });
    }
  }
  const entry = files.get(ENTRY);
  if (!entry) {
    throw new WorkbenchError('unavailable', `${folder}: the window is not built; run npm start, which builds it.`);
  }
  return files.set('/', entry);
}

/** The file of an address; undefined for anything that is not in the list. */
export function findPageFile(files: ReadonlyMap<string, PageFile>, address: string): PageFile | undefined {
  try {
    return files.get(decodeURIComponent(address));
  } catch {
    return undefined;
  }
}
