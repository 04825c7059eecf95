export type FilePurpose = 'open-project' | 'save-project' | 'import-data' | 'save-export';

interface Entry {
  name: string;
  kind: 'folder' | 'file';
}

const PROJECT = /\.gcwproj$/i;
const DATA = /\.(h5ad|h5|hdf5)$/i;

/** Whether a browser of the host's files offers an entry; folders always lead on. */
export function isOffered(purpose: FilePurpose, entry: Entry): boolean {
  if (entry.kind === 'folder') return true;
  if (purpose === 'open-project') return PROJECT.test(entry.name);
  if (purpose === 'import-data') return DATA.test(entry.name);
  return false;
}

export function isSaving(purpose: FilePurpose): boolean {
  return purpose === 'save-project' || purpose === 'save-export';
}

/** Folder of a path, in the path's own style; empty where there is none. */
export function folderOf(path: string): string {
  return path.replace(/[/\\]+[^/\\]*$/, '');
}
