import type { Place } from '../place.ts';
import { MATRIX_FILE } from '../tenx-mtx/tenx-mtx-reader.ts';

const FILTERED = /^(.*?)(?:sample_)?filtered_(?:feature|gene)_bc_matri(?:x|ces)(?:_h5)?(\.h5)?$/i;
const RAW = /^(.*?)(?:sample_)?raw_(?:feature|gene)_bc_matri(?:x|ces)(?:_h5)?(\.h5)?$/i;
const COMPANION = /^(.*?)(?:features|genes|barcodes)\.tsv(?:\.gz)?$/;

/** Names of a folder by what Cell Ranger writes. */
export interface CellRangerNames {
  /** Holds the matrices of one run, so its other tables are results about them. */
  isRun: boolean;
  /** Folders that hold the same cells as an HDF5 file beside them. */
  doubles: Set<string>;
}

export function cellRangerNames(places: readonly Place[]): CellRangerNames {
  const files = new Set<string>();
  let isRun = false;
  for (const { kind, name } of places) {
    const found = FILTERED.exec(name) ?? RAW.exec(name);
    if (!found) continue;
    if (found[1] === '') isRun = true;
    if (kind === 'file') files.add(name.replace(/(_h5)?\.h5$/i, ''));
  }
  const doubles = places.filter(({ kind, name }) => kind === 'folder' && files.has(name)).map(({ name }) => name);
  return { isRun, doubles: new Set(doubles) };
}

/** Where in a trail the matrix of all droplets lies, empty ones included; -1 for none. */
export function rawPart(trail: readonly string[]): number {
  return trail.findIndex((part) => RAW.test(part));
}

export function isFiltered(trail: readonly string[]): boolean {
  return trail.some((part) => FILTERED.test(part));
}

/** Matrix Market files among the places of a folder; the same one with and without compression counts once. */
export function matrixFiles(places: readonly Place[]): Place[] {
  const found = places.filter(({ kind, name }) => kind === 'file' && MATRIX_FILE.test(name));
  const names = new Set(found.map(({ name }) => name));
  return found.filter(({ name }) => !name.endsWith('.gz') || !names.has(name.replace(/\.gz$/, '')));
}

/** What stands before `matrix.mtx`, `features.tsv`, `genes.tsv` or `barcodes.tsv`; null for other names. */
export function tripletPrefix(name: string): string | null {
  return (MATRIX_FILE.exec(name) ?? COMPANION.exec(name))?.[1] ?? null;
}
