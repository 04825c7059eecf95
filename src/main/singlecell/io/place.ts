import { createReadStream, type Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { toWorkbenchError } from '#shared/errors/workbench-error.ts';

/** Where data lie: a file or folder on this computer, inside an archive or behind gzip. Readers know nothing else. */
export interface Place {
  /** As the user knows it, for messages; never a path. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** On this computer, of content as it is read; null inside an archive or behind gzip. */
  readonly path: string | null;
  /** Of a file; null where it is known only after reading it. */
  readonly sizeBytes: number | null;
  /** Places in a folder, by name; none for a file. */
  children(): Promise<Place[]>;
  /** The place of that name in a folder; null for none. */
  child(name: string): Promise<Place | null>;
  /** The place of that name in the same folder. */
  sibling(name: string): Promise<Place | null>;
  /** Content of a file from `start` (0). Throws data-format where it cannot be read. */
  bytes(start?: number): AsyncIterable<Uint8Array>;
}

/** A file or folder on this computer. Throws not-found. */
export async function diskPlace(target: string): Promise<Place> {
  const absolute = path.resolve(target);
  const found = await stat(absolute).catch((cause) => {
    throw toWorkbenchError(cause, path.basename(absolute));
  });
  return new DiskPlace(absolute, found);
}

class DiskPlace implements Place {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly path: string;
  readonly sizeBytes: number | null;

  constructor(target: string, found: Stats) {
    this.path = target;
    this.name = path.basename(target);
    this.kind = found.isDirectory() ? 'folder' : 'file';
    this.sizeBytes = found.isFile() ? found.size : null;
  }

  async children(): Promise<Place[]> {
    if (this.kind !== 'folder') return [];
    const names = (await readdir(this.path)).sort();
    const places = await Promise.all(names.map((name) => this.child(name)));
    return places.filter((place) => place !== null);
  }

  child(name: string): Promise<Place | null> {
    return this.kind === 'folder' ? placeIn(this.path, name) : Promise.resolve(null);
  }

  sibling(name: string): Promise<Place | null> {
    return placeIn(path.dirname(this.path), name);
  }

  async *bytes(start = 0): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of createReadStream(this.path, { start })) yield chunk as Buffer;
    } catch (cause) {
      throw toWorkbenchError(cause, this.name);
    }
  }
}

/** Null also for devices, sockets and links that lead nowhere or in circles: no data lie there. */
async function placeIn(folder: string, name: string): Promise<Place | null> {
  const target = path.join(folder, name);
  const found = await stat(target).catch(() => null);
  return found?.isFile() || found?.isDirectory() ? new DiskPlace(target, found) : null;
}

/** The first `length` bytes from `start`, or fewer where the file ends; none for a folder. */
export async function readSome(place: Place, length: number, start = 0): Promise<Uint8Array> {
  if (place.kind !== 'file' || (place.sizeBytes !== null && place.sizeBytes <= start)) return new Uint8Array(0);
  const out = new Uint8Array(length);
  // A stream for a few bytes takes ten times as long, which a folder of many files shows.
  if (place.path !== null) {
    const handle = await open(place.path);
    try {
      return out.subarray(0, (await handle.read(out, 0, length, start)).bytesRead);
    } finally {
      await handle.close();
    }
  }
  let at = 0;
  for await (const chunk of place.bytes(start)) {
    const part = chunk.subarray(0, length - at);
    out.set(part, at);
    at += part.length;
    if (at === length) break;
  }
  return out.subarray(0, at);
}

export async function startsWith(place: Place, bytes: readonly number[]): Promise<boolean> {
  const head = await readSome(place, bytes.length).catch(() => new Uint8Array(0));
  return head.length === bytes.length && bytes.every((byte, i) => head[i] === byte);
}
