import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';

/** What needs to be read back and forth and lies in an archive or behind gzip is held in memory up to here. */
export const MAX_HELD_BYTES = 2 ** 31;

/** Of the place read last: formats that are tried one after the other read it once. */
let last: { place: Place; content: Promise<Buffer> } | null = null;

/**
 * All bytes of a file that does not lie on this computer as it is. Nothing is written: what is inside may be of patients.
 *
 * Throws: resource for more than 2 GiB, data-format.
 */
export function wholeContent(place: Place): Promise<Buffer> {
  if (last?.place === place) return last.content;
  const content = readAll(place);
  last = { place, content };
  content.catch(() => {
    if (last?.place === place) last = null;
  });
  return content;
}

/** Frees the content read last. */
export function forgetContent(): void {
  last = null;
}

async function readAll(place: Place): Promise<Buffer> {
  if (place.sizeBytes !== null && place.sizeBytes > MAX_HELD_BYTES) throw tooLarge(place.name);
  let out = Buffer.allocUnsafe(place.sizeBytes ?? 1 << 20);
  let size = 0;
  for await (const chunk of place.bytes()) {
    if (size + chunk.length > MAX_HELD_BYTES) throw tooLarge(place.name);
    if (size + chunk.length > out.length) {
      const larger = Buffer.allocUnsafe(Math.min(MAX_HELD_BYTES, Math.max(2 * out.length, size + chunk.length)));
      out.copy(larger, 0, 0, size);
      out = larger;
    }
    out.set(chunk, size);
    size += chunk.length;
  }
  return out.subarray(0, size);
}

function tooLarge(subject: string): WorkbenchError {
  return new WorkbenchError(
    'resource',
    `${subject}: unpacked it is larger than 2 GiB, which is as much as is held in memory; unpack it yourself and choose the file.`,
  );
}
