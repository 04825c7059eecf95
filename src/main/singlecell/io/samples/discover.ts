import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { unwrap } from '../archive/unwrap.ts';
import { looksLikeTable } from '../delimited/delimited-reader.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { findReader } from '../open.ts';
import { diskPlace, type Place } from '../place.ts';
import type { Reader } from '../reader.ts';
import { cellRangerNames, isFiltered, matrixFiles, rawPart, tripletPrefix } from './cell-ranger.ts';
import { compareNatural, nameSamples } from './names.ts';

/** One dataset among what the user chose. */
export interface FoundSample {
  name: string;
  place: Place;
  /** Null where no format was recognised or the file is damaged; opening says why. */
  reader: Reader | null;
  /** Holds every droplet, empty ones included. */
  isRaw: boolean;
}

export interface Discovery {
  /** Of each input in turn, by name within one. */
  samples: FoundSample[];
  /** What was not taken, in words. */
  notes: string[];
}

const MAX_DEPTH = 5;
const MAX_PLACES = 20_000;
const MAX_SAMPLES = 500;
const MAX_EXAMPLES = 4;
/** Looked into where they lie in a folder; a file that is chosen itself is told by content alone. */
const DATA_NAME = /\.(h5|hdf5|h5ad|loom|csv|tsv|txt|tab|xlsx|rds|rda|rdata)(\.gz)?$/i;
const ARCHIVE_NAME = /\.(zip|tar|tgz|tar\.gz)$/i;
const DATASET_NAME = /\.(h5ad|loom)$/i;
const TABLES: ReadonlySet<string> = new Set(['delimited', 'xlsx']);

interface Candidate {
  place: Place;
  reader: Reader | null;
  /** Folders from the root of the file system, then the file. */
  trail: string[];
}

/**
 * Finds the datasets in files and folders: one, several beside each other, or one in each folder, as deep as five folders.
 *
 * Throws: not-found, resource where there are too many files or samples.
 */
export async function discover(inputs: readonly string[]): Promise<Discovery> {
  const walk = new Walk();
  for (const input of inputs) await walk.input(input);
  const { found, notes } = walk.result();
  const names = nameSamples(found.map(({ trail }) => trail));
  const samples = found.map(({ place, reader, trail }, i) => {
    return { name: names[i], place, reader, isRaw: rawPart(trail.slice(-2)) >= 0 };
  });
  return { samples, notes };
}

class Walk {
  readonly #found: Candidate[] = [];
  readonly #seen = new Set<string>();
  readonly #inputs = new Set<string>();
  readonly #leftOut: string[] = [];
  readonly #raw: string[] = [];
  readonly #twice: string[] = [];
  #nPlaces = 0;

  async input(input: string): Promise<void> {
    const place = await diskPlace(input);
    const trail = path.resolve(input).split(path.sep).filter(Boolean);
    if (!(await this.#isNew(place, this.#inputs))) {
      this.#twice.push(place.name);
      return;
    }
    const found: Candidate[] = [];
    if (place.kind === 'folder') {
      if (!(await this.#isNew(place))) return;
      await this.#folder(place, trail, 0, found);
      if (found.length === 0) found.push({ place, reader: null, trail });
    } else {
      const own = (await ownMatrix(place)) ?? place;
      if (!(await this.#isNew(own))) return;
      await this.#chosenFile(own, [...trail.slice(0, -1), own.name], found);
    }
    found.sort((a, b) => compareTrails(a.trail, b.trail));
    this.#found.push(...this.#withoutRaw(found));
    if (this.#found.length > MAX_SAMPLES) {
      throw new WorkbenchError(
        'resource',
        `${place.name}: it holds more than ${MAX_SAMPLES} datasets, at most ${MAX_SAMPLES} are merged; choose a smaller folder.`,
      );
    }
  }

  result(): { found: Candidate[]; notes: string[] } {
    const notes: string[] = [];
    if (this.#raw.length > 0) {
      notes.push(
        `${count(this.#raw, 'matrix', 'matrices')} of all droplets, empty ones included, lie beside the filtered ones and were left out: ${examples(this.#raw)}.`,
      );
    }
    if (this.#leftOut.length > 0) {
      notes.push(`${count(this.#leftOut, 'other file was', 'other files were')} left out: ${examples(this.#leftOut)}.`);
    }
    if (this.#twice.length > 0) notes.push(`Chosen more than once, read once: ${examples(this.#twice)}.`);
    return { found: this.#found, notes };
  }

  async #folder(folder: Place, trail: string[], depth: number, found: Candidate[]): Promise<void> {
    const places = (await folder.children()).filter(({ name }) => !name.startsWith('.') && name !== '__MACOSX');
    this.#nPlaces += places.length;
    if (this.#nPlaces > MAX_PLACES) {
      throw new WorkbenchError(
        'resource',
        `${folder.name}: there are more than ${MAX_PLACES.toLocaleString('en')} files; choose the folder that holds the data.`,
      );
    }
    const matrices = matrixFiles(places);
    if (matrices.length === 0) {
      const reader = await readerOrNull(folder);
      if (reader) {
        found.push({ place: folder, reader, trail });
        return;
      }
    }
    const taken = new Set<string>();
    for (const matrix of matrices) {
      const prefix = tripletPrefix(matrix.name)!;
      taken.add(prefix);
      if (!(await this.#isNew(matrix))) continue;
      const place = prefix === '' && matrices.length === 1 ? folder : matrix;
      const reader = await readerOrNull(place);
      found.push({ place, reader, trail: prefix === '' ? trail : [...trail, matrix.name] });
    }
    const { isRun, doubles } = cellRangerNames(places);
    const tables: Candidate[] = [];
    const nBefore = found.length;
    for (const place of places) {
      const own = [...trail, place.name];
      if (taken.has(tripletPrefix(place.name) ?? '\0')) continue;
      if (place.kind === 'folder') {
        const isPart = isRun && rawPart([place.name]) < 0 && !isFiltered([place.name]);
        if (doubles.has(place.name) || isPart || depth === MAX_DEPTH) continue;
        if (await this.#isNew(place)) await this.#folder(place, own, depth + 1, found);
      } else if (ARCHIVE_NAME.test(place.name)) {
        // Unpacked beside it, the same cells would count twice.
        const isUnpacked = places.some(({ kind, name }) => kind === 'folder' && name === withoutEnding(place.name));
        if (isUnpacked || depth === MAX_DEPTH || !(await this.#archive(place, own, depth + 1, found))) {
          this.#leftOut.push(place.name);
        }
      } else if (DATA_NAME.test(place.name) || (await isHdf5(place).catch(() => false))) {
        if (!(await this.#isNew(place))) continue;
        const candidate = await this.#candidate(place, own);
        if (!candidate) this.#leftOut.push(place.name);
        else if (TABLES.has(candidate.reader?.format ?? '')) tables.push(candidate);
        else found.push(candidate);
      } else this.#leftOut.push(place.name);
    }
    // Beside other formats a text table says something about them.
    if (found.length === nBefore && matrices.length === 0 && !isRun) found.push(...tables);
    else this.#leftOut.push(...tables.map(({ place }) => place.name));
  }

  async #chosenFile(place: Place, trail: string[], found: Candidate[]): Promise<void> {
    const reader = await readerOrNull(place);
    if (reader || !(await this.#archive(place, trail, 0, found))) found.push({ place, reader, trail });
  }

  /** What lies in an archive or behind gzip; false where that is nothing of use. */
  async #archive(place: Place, trail: string[], depth: number, found: Candidate[]): Promise<boolean> {
    try {
      const inside = await unwrap(place);
      if (inside === place) return false;
      const own = [...trail.slice(0, -1), inside.name];
      const nBefore = found.length;
      if (inside.kind === 'folder') await this.#folder(inside, own, depth, found);
      else {
        const reader = await readerOrNull(inside);
        if (reader) found.push({ place: inside, reader, trail: own });
      }
      return found.length > nBefore;
    } catch (thrown) {
      if (!(thrown instanceof WorkbenchError)) throw thrown;
      // Opening it says why.
      found.push({ place, reader: null, trail });
      return true;
    }
  }

  async #candidate(place: Place, trail: string[]): Promise<Candidate | null> {
    try {
      let reader = await findReader(place);
      if (!reader && place.name.endsWith('.gz')) {
        place = await unwrap(place);
        reader = await findReader(place);
      }
      // Notes and lists lie beside tables under the same endings.
      if (reader?.format === 'delimited' && !(await looksLikeTable(place))) return null;
      return reader || DATASET_NAME.test(place.name) ? { place, reader, trail } : null;
    } catch (thrown) {
      if (!(thrown instanceof WorkbenchError)) throw thrown;
      return { place, reader: null, trail };
    }
  }

  /** Unfiltered matrices go where the same run has filtered ones. */
  #withoutRaw(found: Candidate[]): Candidate[] {
    const runs = found.filter(({ trail }) => isFiltered(trail)).map(({ trail }) => trail.join('\0'));
    return found.filter(({ trail, place }) => {
      const raw = rawPart(trail);
      if (raw < 0) return true;
      const outs = trail.lastIndexOf('outs', raw);
      const run = trail.slice(0, outs < 0 ? raw : outs + 1).join('\0');
      const isBeside = runs.some((other) => other.startsWith(run));
      if (isBeside) this.#raw.push(place.name);
      return !isBeside;
    });
  }

  /** False for what was reached already, through a link or by being chosen twice; so loops end. */
  async #isNew(place: Place, seen = this.#seen): Promise<boolean> {
    if (place.path === null) return true;
    const real = await realpath(place.path).catch(() => place.path!);
    if (seen.has(real)) return false;
    seen.add(real);
    return true;
  }
}

const withoutEnding = (name: string): string => name.replace(ARCHIVE_NAME, '');

async function readerOrNull(place: Place): Promise<Reader | null> {
  return findReader(place).catch((thrown: unknown) => {
    if (thrown instanceof WorkbenchError) return null;
    throw thrown;
  });
}

/** The matrix that a chosen list of genes or barcodes belongs to. */
async function ownMatrix(place: Place): Promise<Place | null> {
  const prefix = tripletPrefix(place.name);
  if (prefix === null) return null;
  for (const ending of ['', '.gz']) {
    const matrix = await place.sibling(`${prefix}matrix.mtx${ending}`);
    if (matrix?.kind === 'file') return matrix;
  }
  return null;
}

function compareTrails(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareNatural(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function count(names: readonly string[], one: string, several: string): string {
  return `${names.length.toLocaleString('en')} ${names.length === 1 ? one : several}`;
}

function examples(names: readonly string[]): string {
  const times = new Map<string, number>();
  for (const name of [...names].sort(compareNatural)) times.set(name, (times.get(name) ?? 0) + 1);
  const words = [...times].map(([name, n]) => (n > 1 ? `${name} (${n})` : name));
  const few = words.slice(0, MAX_EXAMPLES).join(', ');
  return words.length > MAX_EXAMPLES ? `${few}, …` : few;
}
