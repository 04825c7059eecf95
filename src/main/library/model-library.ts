import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type LibraryFile, LibraryModel, LibraryModelId } from '#shared/domain/library.ts';
import { forgetChecked, requireIntact } from './checked-files.ts';
import { MANIFEST_FILE, MODEL_FILE, UNFINISHED, VOCABULARY_FILE } from './layout.ts';
import { LibraryDraft } from './library-draft.ts';
import { VocabularyFile } from './vocabulary-file.ts';

export interface CheckOptions {
  signal?: AbortSignal | undefined;
  onBytes?: ((done: number, total: number) => void) | undefined;
}

/** A folder of the library whose manifest cannot be read. */
export interface UnreadableModel {
  id: LibraryModelId;
  problem: string;
}

/** Imported models, one folder each, shared by all projects of a user. */
export class ModelLibrary {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Oldest first. */
  list(): { models: LibraryModel[]; unreadable: UnreadableModel[] } {
    const models: LibraryModel[] = [];
    const unreadable: UnreadableModel[] = [];
    for (const id of this.#ids()) {
      try {
        models.push(this.#read(id));
      } catch (thrown) {
        if (!(thrown instanceof WorkbenchError)) throw thrown;
        unreadable.push({ id, problem: thrown.message });
      }
    }
    models.sort((a, b) => (a.importedAt < b.importedAt ? -1 : a.importedAt > b.importedAt ? 1 : a.id < b.id ? -1 : 1));
    return { models, unreadable };
  }

  /** A full id, an unambiguous beginning of one, or `latest`. Throws: not-found, invalid-input, data-format. */
  get(ref: string): LibraryModel {
    if (ref === 'latest') {
      const newest = this.list().models.at(-1);
      if (newest) return newest;
      throw new WorkbenchError(
        'not-found',
        'Model library: it is empty; import a checkpoint first (gcw model import --input FOLDER).',
      );
    }
    return this.#read(this.#resolve(ref));
  }

  /** Id and title, of a model that cannot be read too. Throws: not-found, invalid-input. */
  find(ref: string): { id: string; title: string } {
    if (ref === 'latest') return this.get(ref);
    const id = this.#resolve(ref);
    const { models } = this.list();
    return models.find((model) => model.id === id) ?? { id, title: `Model ${id.slice(0, 12)}` };
  }

  has(id: string): boolean {
    return this.#ids().includes(id);
  }

  /** The model's file, read through only where it is not known to be intact. Throws: not-found, data-format. */
  async modelPath(model: LibraryModel, options: CheckOptions = {}): Promise<string> {
    await this.#check(model, fileOf(model, MODEL_FILE), options);
    return this.#path(model.id, MODEL_FILE);
  }

  /** Throws: not-found when the model came without a token dictionary; data-format when its file was changed. */
  async vocabulary(model: LibraryModel): Promise<VocabularyFile> {
    if (!model.vocabulary) {
      throw new WorkbenchError(
        'not-found',
        `${model.title}: it was imported without a token dictionary; put the dictionary into the checkpoint folder and import it again.`,
      );
    }
    await this.#check(model, fileOf(model, VOCABULARY_FILE), {});
    return VocabularyFile.parse(JSON.parse(readFileSync(this.#path(model.id, VOCABULARY_FILE), 'utf8')));
  }

  /** Reads every byte again. Throws: not-found or data-format naming the first file that is not as stored. */
  async verify(model: LibraryModel, options: CheckOptions = {}): Promise<void> {
    const total = sizeOf(model);
    let before = 0;
    for (const file of model.files) {
      forgetChecked(this.#path(model.id, file.name));
      const onBytes = (done: number): void => options.onBytes?.(before + done, total);
      await this.#check(model, file, { signal: options.signal, onBytes });
      before += file.sizeBytes;
    }
  }

  /** Begins a model; what stopped processes left is swept first. */
  draft(): LibraryDraft {
    this.#sweep();
    return new LibraryDraft(this.#unfinished('incoming'));
  }

  /**
   * Makes a draft visible. Where the library holds the same model intact, that one is returned and the draft goes; a
   * damaged one is replaced.
   */
  async commit(draft: LibraryDraft, manifest: LibraryModel): Promise<{ model: LibraryModel; isNew: boolean }> {
    for (;;) {
      if (this.has(manifest.id)) {
        const stored = await this.#intact(manifest.id);
        if (stored) {
          draft.discard();
          return { model: stored, isNew: false };
        }
        this.remove(manifest.id);
      }
      try {
        draft.moveTo(path.join(this.folder, manifest.id), manifest);
        return { model: manifest, isNew: true };
      } catch (thrown) {
        // Another process was faster by a moment.
        if (!this.has(manifest.id)) throw thrown;
      }
    }
  }

  /** Throws: not-found, invalid-input. */
  remove(ref: string): void {
    const id = this.#resolve(ref);
    const aside = this.#unfinished('removed');
    // First out of sight, so that a model half removed is never listed.
    renameSync(path.join(this.folder, id), aside);
    rmSync(aside, { recursive: true, force: true });
  }

  async #intact(id: string): Promise<LibraryModel | null> {
    try {
      const model = this.#read(id);
      await this.verify(model);
      return model;
    } catch (thrown) {
      if (thrown instanceof WorkbenchError) return null;
      throw thrown;
    }
  }

  async #check(model: LibraryModel, file: LibraryFile, { signal, onBytes }: CheckOptions): Promise<void> {
    try {
      await requireIntact(this.#path(model.id, file.name), file, {
        signal,
        onBytes: onBytes && ((done) => onBytes(done, file.sizeBytes)),
      });
    } catch (thrown) {
      if (!(thrown instanceof WorkbenchError)) throw thrown;
      throw new WorkbenchError(thrown.code, `${model.title}: ${thrown.message}`);
    }
  }

  #resolve(ref: string): string {
    const matches = this.#ids().filter((id) => id.startsWith(ref));
    if (matches.length === 1) return matches[0];
    throw matches.length === 0
      ? new WorkbenchError(
          'not-found',
          `Model ${ref.slice(0, 12)}: the library of this computer holds none with this id; import its checkpoint (gcw model import --input FOLDER), or list what there is (gcw model library).`,
        )
      : new WorkbenchError('invalid-input', `Model ${ref}: ${matches.length} ids begin so; give more characters.`);
  }

  #read(id: string): LibraryModel {
    let json: unknown;
    try {
      json = JSON.parse(readFileSync(this.#path(id, MANIFEST_FILE), 'utf8'));
    } catch {
      throw unreadable(id, `its ${MANIFEST_FILE} is missing or no JSON`);
    }
    const parsed = LibraryModel.safeParse(json);
    if (!parsed.success) {
      const { path: at, message } = parsed.error.issues[0];
      throw unreadable(id, `its ${MANIFEST_FILE} is not understood (${at.join('.')}: ${message})`);
    }
    if (parsed.data.id !== id) throw unreadable(id, `its ${MANIFEST_FILE} is that of another model`);
    return parsed.data;
  }

  #ids(): string[] {
    let names: string[];
    try {
      names = readdirSync(this.folder);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw thrown;
    }
    return names.filter((name) => LibraryModelId.safeParse(name).success).sort();
  }

  #path(id: string, name: string): string {
    return path.join(this.folder, id, path.basename(name));
  }

  #unfinished(what: 'incoming' | 'removed'): string {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    return path.join(this.folder, `.${what}-${process.pid}-${randomUUID()}`);
  }

  #sweep(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.folder)) {
      const pid = UNFINISHED.exec(name)?.[1];
      if (pid && !isRunning(Number(pid))) rmSync(path.join(this.folder, name), { recursive: true, force: true });
    }
  }
}

/** Bytes of all files of a model. */
export function sizeOf(model: LibraryModel): number {
  return model.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Throws: data-format when the manifest does not name the file. */
export function fileOf(model: LibraryModel, name: string): LibraryFile {
  const file = model.files.find((each) => each.name === name);
  if (file) return file;
  throw new WorkbenchError(
    'data-format',
    `${model.title}: its manifest names no ${name}; remove it and import it again.`,
  );
}

function unreadable(id: string, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `Model ${id.slice(0, 12)}: ${fact}; remove it from the library and import it again.`,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
