import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LibraryModel } from '#shared/domain/library.ts';
import { MANIFEST_FILE } from './layout.ts';

/** A model on its way into the library: a folder nobody sees before it is complete. */
export class LibraryDraft {
  /** Where its files are written. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  /** Makes it visible at `target`, all at once. */
  moveTo(target: string, manifest: LibraryModel): void {
    const content = `${JSON.stringify(LibraryModel.parse(manifest), null, 2)}\n`;
    writeFileSync(this.path(MANIFEST_FILE), content, { mode: 0o600, flush: true });
    renameSync(this.folder, target);
  }

  discard(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
