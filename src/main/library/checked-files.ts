import { statSync } from 'node:fs';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { LibraryFile } from '#shared/domain/library.ts';
import { sha256OfFile, type HashOptions } from './file-hash.ts';

interface Checked {
  sizeBytes: number;
  modifiedMs: number;
  sha256: string;
}

const checked = new Map<string, Checked>();

/**
 * Makes sure that a file holds what was recorded. Its bytes are read once per process, and again when its size or its
 * time of change is another.
 *
 * Throws: not-found; data-format when it was changed.
 */
export async function requireIntact(path: string, expected: LibraryFile, options: HashOptions = {}): Promise<void> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new WorkbenchError('not-found', `${expected.name}: the file is gone; ${AGAIN}`);
  const { size: sizeBytes, mtimeMs: modifiedMs } = stats;
  if (sizeBytes !== expected.sizeBytes) {
    throw new WorkbenchError(
      'data-format',
      `${expected.name}: it has ${sizeBytes} bytes, ${expected.sizeBytes} were stored; ${AGAIN}`,
    );
  }
  const known = checked.get(path);
  const isKnown = known?.sizeBytes === sizeBytes && known.modifiedMs === modifiedMs;
  const sha256 = isKnown ? known.sha256 : await sha256OfFile(path, options);
  checked.set(path, { sizeBytes, modifiedMs, sha256 });
  if (sha256 === expected.sha256) return;
  throw new WorkbenchError(
    'data-format',
    `${expected.name}: its content is not what was stored (SHA-256 ${sha256.slice(0, 12)}…, ${expected.sha256.slice(0, 12)}… is recorded); ${AGAIN}`,
  );
}

/** Forgets what was read, so that the next check reads all bytes again. */
export function forgetChecked(path: string): void {
  checked.delete(path);
}

const AGAIN = 'remove the model and import it again.';
