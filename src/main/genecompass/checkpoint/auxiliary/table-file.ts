import { basename } from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { openFileSource } from '../byte-source.ts';
import { type DataItem, type NumberArray, unpickleDict } from '../data-pickle.ts';
import { POINTER_BYTES, refusePointer } from '../lfs-pointer.ts';
import { parseRows } from './delimited.ts';
import { isNpy, readNpy } from './npy.ts';

/** What a file beside a checkpoint holds, by its content and not by its name. */
export type TableFile =
  | { readonly kind: 'dict'; readonly name: string; readonly dict: ReadonlyMap<string | number, DataItem> }
  | { readonly kind: 'array'; readonly name: string; readonly array: NumberArray }
  | { readonly kind: 'rows'; readonly name: string; readonly rows: readonly (readonly string[])[] };

/** Published dictionaries have 1 to 4 MB. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024;
/** Published prior files have up to 125 MB. */
export const MAX_PRIOR_BYTES = 512 * 1024 * 1024;

const BRACE = 0x7b;

/**
 * Reads a pickled or JSON dictionary, a `.npy` array, or comma- or tab-separated rows.
 *
 * Throws: data-format when it is none of them, or a placeholder without content; not-found.
 */
export function readTableFile(path: string, maxBytes = MAX_TABLE_BYTES): TableFile {
  const name = basename(path);
  const source = openFileSource(path, name);
  try {
    refusePointer(name, source.read(0, Math.min(POINTER_BYTES, source.size)));
    if (source.size > maxBytes) {
      throw new WorkbenchError(
        'data-format',
        `${name}: it has ${source.size} bytes, files beside a model have at most ${maxBytes}; choose the published file.`,
      );
    }
    const bytes = source.read(0, source.size);
    if (isNpy(bytes)) return { kind: 'array', name, array: readNpy(bytes, name) };
    if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5)
      return { kind: 'dict', name, dict: unpickleDict(bytes, name) };
    if (bytes[0] === BRACE) return { kind: 'dict', name, dict: jsonDict(bytes, name) };
    return { kind: 'rows', name, rows: parseRows(bytes, name) };
  } finally {
    source.close();
  }
}

/** A JSON object that leads from texts to numbers or texts. */
function jsonDict(bytes: Uint8Array, name: string): ReadonlyMap<string, DataItem> {
  const wrong = (fact: string) =>
    new WorkbenchError('data-format', `${name}: ${fact}; choose a JSON object of names and numbers.`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw wrong('it begins as JSON and is none');
  }
  const entries = Object.entries(json as Record<string, unknown>);
  if (entries.some(([, item]) => typeof item !== 'number' && typeof item !== 'string'))
    throw wrong('it holds more than numbers and texts');
  return new Map(entries as [string, DataItem][]);
}
