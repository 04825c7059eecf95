import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Place } from '#singlecell/io/place.ts';

/** Content of a folder's files by path within it. */
export type FolderContent = Map<string, Buffer>;

export function readFolder(folder: string): FolderContent {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
  return new Map(names.map((name) => [name, readFileSync(path.join(folder, name))]));
}

/** A folder that lies on no disk, as one in an archive. */
export function memoryPlace(name: string, content: FolderContent, at = ''): Place {
  const bytes = content.get(at);
  const prefix = at === '' ? '' : `${at}/`;
  const place = (child: string) => memoryPlace(child, content, prefix + child);
  const names = () => {
    const inside = [...content.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    return [...new Set(inside.map((key) => key.split('/')[0]))].sort();
  };
  return {
    name,
    kind: bytes ? 'file' : 'folder',
    path: null,
    sizeBytes: bytes?.length ?? null,
    children: () => Promise.resolve(bytes ? [] : names().map(place)),
    child: (child) => Promise.resolve(!bytes && names().includes(child) ? place(child) : null),
    sibling: (sibling) => {
      const folder = at.includes('/') ? `${at.slice(0, at.lastIndexOf('/'))}/` : '';
      return Promise.resolve(content.has(folder + sibling) ? memoryPlace(sibling, content, folder + sibling) : null);
    },
    async *bytes(start = 0) {
      if (bytes) yield await Promise.resolve(bytes.subarray(start));
    },
  };
}
