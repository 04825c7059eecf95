import type { z } from 'zod';
import type { Capabilities, FolderEntry } from '#shared/contract/host.ts';

/** What a file is asked for; decides filter, title and button of a native dialog. */
export type FilePurpose =
  'open-project' | 'save-project' | 'import-model' | 'open-table' | 'open-tensors' | 'save-export';

export interface FolderListing {
  path: string;
  /** Null at the root of the file system. */
  parent: string | null;
  /** Folders first, then files, each by name. */
  entries: z.infer<typeof FolderEntry>[];
}

/** What a host gives to the services; everything else about it stays in its own folder. */
export interface HostAdapter {
  readonly kind: 'electron' | 'browser' | 'cli';
  /** Version of the workbench, for reports and methods paragraphs. */
  readonly version: string;
  /** Where this program keeps what belongs to no project: the list of recent projects. Exists. */
  readonly dataFolder: string;
  capabilities(): Capabilities;
  /**
   * Lists a folder of the machine the host runs on; the default folder when no path is given.
   *
   * Throws: `not-found`, `resource` (not permitted), `invalid-input` (a file).
   */
  browse(path?: string): Promise<FolderListing>;
  /** The operating system's dialog; null when the user closed it. Throws: `unsupported` without `nativeDialogs`. */
  chooseFile(purpose: FilePurpose, suggestedName?: string): Promise<string | null>;
  /** As `chooseFile`, for data to import: several at once; empty when the user closed it. */
  chooseData(kind: 'files' | 'folders'): Promise<string[]>;
  /** Writes an export. Throws: `invalid-input` for a relative path, `resource`, `not-found`. */
  saveFile(path: string, content: Uint8Array): Promise<void>;
}
