import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';

/** What needs to be read back and forth and lies in an archive or behind gzip is held in memory up to here. */
export const MAX_HELD_BYTES = 2 ** 31;

/** Kept as long as the place is, but of one place at a time: formats that are tried in turn read it once. */
const kept = new WeakMap<Place, Promise<Buffer>>();
let last: WeakRef<Place> | null = null;

/**
 * All bytes of a file that does not lie on this computer as it is, in memory that threads can share. Nothing is written:
 * what is inside may be of patients.
 *
 * Throws: resource for more than 2 GiB, data-format.
 */
export function wholeContent(place: Place): Promise<Buffer> {
  const known = kept.get(place);
  if (known) return known;
  const before = last?.deref();
  if (before) kept.delete(before);
  const content = readAll(place);
  kept.set(place, content);
  last = new WeakRef(place);
  content.catch(() => kept.delete(place));
  return content;
}

async function readAll(place: Place): Promise<Buffer> {
  if (place.sizeBytes !== null && place.sizeBytes > MAX_HELD_BYTES) throw tooLarge(place.name);
  let out = shared(place.sizeBytes ?? 1 << 20);
  let size = 0;
  for await (const chunk of place.bytes()) {
    if (size + chunk.length > MAX_HELD_BYTES) throw tooLarge(place.name);
    if (size + chunk.length > out.length) {
      const larger = shared(Math.min(MAX_HELD_BYTES, Math.max(2 * out.length, size + chunk.length)));
      out.copy(larger, 0, 0, size);
      out = larger;
    }
    out.set(chunk, size);
    size += chunk.length;
  }
  return out.subarray(0, size);
}

const shared = (length: number): Buffer => Buffer.from(new SharedArrayBuffer(length));

function tooLarge(subject: string): WorkbenchError {
  return new WorkbenchError(
    'resource',
    `${subject}: unpacked it is larger than 2 GiB, which is as much as is held in memory; unpack it yourself and choose the file.`,
  );
}
