import type { Place } from '../place.ts';
import { damagedArchive, MAX_ARCHIVE_ENTRIES, refusedEntry } from './limits.ts';

/** A file in an archive. */
export interface ArchiveEntry {
  /** With `/` between folders, as the archive has it. */
  path: string;
  sizeBytes: number;
  bytes(start: number): AsyncIterable<Uint8Array>;
}

/** Programs of Apple add a twin of every file. */
const APPLE = /(^|\/)(__MACOSX(\/|$)|\._|\.DS_Store$)/;
const MAX_PARTS = 32;

/**
 * The content of an archive as a folder.
 *
 * Throws: data-format (two files of one name), unsupported (names that lead out of it).
 */
export class EntryTree {
  readonly root: ArchiveFolder;
  readonly #subject: string;
  #nEntries = 0;

  /** `archive` is the archive itself, beside which the root lies. */
  constructor(archive: Place, name: string, depth: number) {
    this.#subject = archive.name;
    this.root = new ArchiveFolder(name, null, archive, depth);
  }

  addFolder(path: string): void {
    this.#folder(this.#parts(path));
  }

  addFile(entry: ArchiveEntry): void {
    const parts = this.#parts(entry.path);
    const name = parts.pop();
    if (name === undefined || APPLE.test(entry.path)) return;
    const folder = this.#folder(parts);
    if (folder.has(name)) throw damagedArchive(this.#subject, `it holds "${printable(entry.path)}" twice`);
    folder.add(new ArchiveFile(name, folder, entry));
  }

  #folder(parts: readonly string[]): ArchiveFolder {
    let folder = this.root;
    for (const part of parts) {
      const known = folder.get(part);
      if (known instanceof ArchiveFile) {
        throw damagedArchive(this.#subject, `"${printable(parts.join('/'))}" is a file and a folder in it`);
      }
      if (known) folder = known;
      else {
        const made = new ArchiveFolder(part, folder, null, this.root.depth);
        folder.add(made);
        folder = made;
      }
    }
    return folder;
  }

  #parts(path: string): string[] {
    if (++this.#nEntries > MAX_ARCHIVE_ENTRIES) {
      throw refusedEntry(this.#subject, `it holds more than ${MAX_ARCHIVE_ENTRIES.toLocaleString('en')} files`);
    }
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const isOutside = /^[/\\]|^[A-Za-z]:|\\|\0/.test(path) || parts.includes('..');
    if (isOutside || parts.length > MAX_PARTS) {
      throw refusedEntry(this.#subject, `it names a file outside itself ("${printable(path)}")`);
    }
    return parts;
  }
}

/** A folder in an archive, or the whole of it. */
export class ArchiveFolder implements Place {
  readonly name: string;
  readonly kind = 'folder';
  readonly path = null;
  readonly sizeBytes = null;
  /** Archives around it, itself included. */
  readonly depth: number;
  readonly #parent: ArchiveFolder | null;
  readonly #archive: Place | null;
  readonly #children = new Map<string, ArchiveFolder | ArchiveFile>();

  constructor(name: string, parent: ArchiveFolder | null, archive: Place | null, depth: number) {
    this.name = name;
    this.depth = depth;
    this.#parent = parent;
    this.#archive = archive;
  }

  add(place: ArchiveFolder | ArchiveFile): void {
    this.#children.set(place.name, place);
  }

  has(name: string): boolean {
    return this.#children.has(name);
  }

  get(name: string): ArchiveFolder | ArchiveFile | undefined {
    return this.#children.get(name);
  }

  children(): Promise<Place[]> {
    const names = [...this.#children.keys()].sort();
    return Promise.resolve(names.map((name) => this.#children.get(name)!));
  }

  child(name: string): Promise<Place | null> {
    return Promise.resolve(this.#children.get(name) ?? null);
  }

  sibling(name: string): Promise<Place | null> {
    return this.#parent?.child(name) ?? this.#archive?.sibling(name) ?? Promise.resolve(null);
  }

  async *bytes(): AsyncGenerator<Uint8Array> {}
}

export class ArchiveFile implements Place {
  readonly name: string;
  readonly kind = 'file';
  readonly path = null;
  readonly sizeBytes: number;
  readonly #folder: ArchiveFolder;
  readonly #entry: ArchiveEntry;

  constructor(name: string, folder: ArchiveFolder, entry: ArchiveEntry) {
    this.name = name;
    this.sizeBytes = entry.sizeBytes;
    this.#folder = folder;
    this.#entry = entry;
  }

  /** Archives around it. */
  get depth(): number {
    return this.#folder.depth;
  }

  children(): Promise<Place[]> {
    return Promise.resolve([]);
  }

  child(): Promise<Place | null> {
    return Promise.resolve(null);
  }

  sibling(name: string): Promise<Place | null> {
    return this.#folder.child(name);
  }

  bytes(start = 0): AsyncIterable<Uint8Array> {
    return this.#entry.bytes(start);
  }
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
