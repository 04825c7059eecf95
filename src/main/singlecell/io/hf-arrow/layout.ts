import { z } from 'zod';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type Place, readSome } from '../place.ts';

/** Rows of one file, in order. */
export interface Shard {
  place: Place;
  /** `train`, `test`…; null where the data set is not split. */
  split: string | null;
}

/** Lists of shards and of columns; real ones have a few thousand bytes. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_SHARDS = 100_000;

const FileName = z.string().regex(/^[^/\\]+$/);
const State = z.object({
  _data_files: z.array(z.object({ filename: FileName })).max(MAX_SHARDS),
  _indices_data_files: z.unknown().optional(),
});
const Splits = z.object({ splits: z.array(FileName).min(1).max(1000) });

/** Whether this is a folder or file of the library `datasets`, told by its names and first bytes. */
export async function isTokenFolder(place: Place): Promise<boolean> {
  if (place.kind === 'file') return isArrow(place);
  const names = (await place.children()).map(({ name }) => name);
  return names.includes('dataset_dict.json') || names.includes('state.json') || names.some((name) => isShard(name));
}

/**
 * Files of a data set as `save_to_disk` writes it: a folder with state.json, a folder of such folders, one Arrow file.
 *
 * Throws: data-format, not-found naming the file.
 */
export async function findShards(place: Place): Promise<Shard[]> {
  if (place.kind === 'file') {
    if (await isArrow(place)) return [{ place, split: null }];
    throw new WorkbenchError(
      'data-format',
      `${place.name}: it is no Arrow file; choose the folder that save_to_disk of the library "datasets" wrote.`,
    );
  }
  const splits = await place.child('dataset_dict.json');
  if (splits) {
    const parsed = await readJson(splits, Splits);
    const shards: Shard[] = [];
    for (const split of parsed.splits) {
      const folder = await place.child(split);
      if (folder?.kind !== 'folder')
        throw new WorkbenchError(
          'not-found',
          `${place.name}/${split}: dataset_dict.json names this split, but the folder is missing; copy it as well.`,
        );
      shards.push(...(await shardsOf(folder, split)));
    }
    return shards;
  }
  return shardsOf(place, null);
}

async function shardsOf(folder: Place, split: string | null): Promise<Shard[]> {
  const state = await folder.child('state.json');
  if (!state) {
    const found = (await folder.children()).filter(({ kind, name }) => kind === 'file' && isShard(name));
    if (found.length > 0) return found.map((place) => ({ place, split }));
    throw new WorkbenchError(
      'not-found',
      `${folder.name}: it has neither state.json nor .arrow files; choose the folder that save_to_disk of the library "datasets" wrote.`,
    );
  }
  const { _data_files: files, _indices_data_files: indices } = await readJson(state, State);
  if (Array.isArray(indices) && indices.length > 0) {
    throw new WorkbenchError(
      'unsupported',
      `${folder.name}: it was saved with a list of chosen rows beside it; in Python call flatten_indices() before save_to_disk.`,
    );
  }
  return Promise.all(
    files.map(async ({ filename }) => {
      const place = await folder.child(filename);
      if (place?.kind === 'file') return { place, split };
      throw new WorkbenchError(
        'not-found',
        `${folder.name}/${filename}: state.json names this file, but it is missing; copy it as well.`,
      );
    }),
  );
}

async function readJson<T>(place: Place, schema: z.ZodType<T>): Promise<T> {
  const wrong = (fact: string) =>
    new WorkbenchError(
      'data-format',
      `${place.name}: ${fact}, a file as the library "datasets" writes it is expected; copy or save it again.`,
    );
  const bytes = await readSome(place, MAX_JSON_BYTES + 1);
  if (bytes.length > MAX_JSON_BYTES) throw wrong('it is larger than 16 MB');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw wrong('it is no JSON text');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw wrong(`its field ${parsed.error.issues[0].path.join('.') || 'list'} does not hold what it should`);
}

function isShard(name: string): boolean {
  return name.endsWith('.arrow') && !name.startsWith('.') && !name.startsWith('cache-');
}

/** A stream begins with a mark and a length, or with the length alone; the file format with its name. */
async function isArrow(place: Place): Promise<boolean> {
  const head = Buffer.from(await readSome(place, 8).catch(() => new Uint8Array(0)));
  if (head.length < 8) return false;
  if (head.toString('latin1', 0, 6) === 'ARROW1') return true;
  return head.readUInt32LE(0) === 0xffffffff && head.readUInt32LE(4) > 0 && head.readUInt32LE(4) < 1 << 24;
}
