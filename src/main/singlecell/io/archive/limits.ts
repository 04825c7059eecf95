import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Files and folders in one archive; a zarr store of a million cells has some thousands. */
export const MAX_ARCHIVE_ENTRIES = 100_000;
/** Deflate reaches 1,032; tables of counts that are nearly all 0 stay below this. */
const MAX_RATIO = 300;
/** Below this much unpacked content the ratio harms nobody. */
const FREE_BYTES = 64 * 2 ** 20;
const MAX_UNPACKED_BYTES = 2 ** 41;

/** Throws data-format where compressed content grows as no measured data do. */
export function checkGrowth(subject: string, packedBytes: number, unpackedBytes: number): void {
  if (unpackedBytes > MAX_UNPACKED_BYTES) {
    throw bomb(subject, `it unpacks to ${Math.round(unpackedBytes / 2 ** 30).toLocaleString('en')} GiB`);
  }
  if (unpackedBytes > FREE_BYTES && unpackedBytes > MAX_RATIO * packedBytes) {
    throw bomb(subject, `it unpacks to more than ${MAX_RATIO} times its size`);
  }
}

function bomb(subject: string, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${subject}: ${fact}, which no table of counts does; if you trust it, unpack it yourself and choose what is inside.`,
  );
}

export function damagedArchive(subject: string, fact: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${subject}: ${fact}, so the archive is damaged or was cut off; compare its size with the original and copy it again.`,
    { cause },
  );
}

export function refusedEntry(subject: string, fact: string): WorkbenchError {
  return new WorkbenchError(
    'unsupported',
    `${subject}: ${fact}, an archive of plain files and folders is expected; unpack it yourself and choose what is inside.`,
  );
}
