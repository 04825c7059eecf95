import { looksLikeCells } from '#shared/domain/cell-files.ts';

export type FilePurpose =
  'open-project' | 'save-project' | 'import-data' | 'import-model' | 'open-table' | 'open-tensors' | 'save-export';

/** Purposes of the operating system's dialog for one file. */
export type DialogPurpose = Exclude<FilePurpose, 'import-data'>;

interface Entry {
  name: string;
  kind: 'folder' | 'file';
}

const PROJECT = /\.gcwproj$/i;
const TABLE = /\.(csv|tsv|txt|xlsx)(\.gz)?$/i;
const TENSORS = /\.safetensors$/i;
const MODEL = /^config\.json$|\.(bin|safetensors|pickle|pkl|npy|csv)$/i;

/** Whether a browser of the host's files offers an entry; folders always lead on. */
export function isOffered(purpose: FilePurpose, entry: Entry): boolean {
  if (entry.kind === 'folder') return true;
  if (purpose === 'open-project') return PROJECT.test(entry.name);
  if (purpose === 'import-data') return looksLikeCells(entry.name);
  if (purpose === 'open-table') return TABLE.test(entry.name);
  if (purpose === 'open-tensors') return TENSORS.test(entry.name);
  if (purpose === 'import-model') return MODEL.test(entry.name);
  return false;
}

export function isSaving(purpose: FilePurpose): boolean {
  return purpose === 'save-project' || purpose === 'save-export';
}

/** Whether a folder is chosen; its files only show that it is the right one. */
export function isFolderChoice(purpose: FilePurpose): boolean {
  return purpose === 'import-model';
}

/** Folder of a path, in the path's own style; empty where there is none. */
export function folderOf(path: string): string {
  return path.replace(/[/\\]+[^/\\]*$/, '');
}
