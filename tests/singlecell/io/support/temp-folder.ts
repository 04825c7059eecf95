import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** A folder of its own for the files of one test module, removed at the end. */
export function tempFolder(): (name: string) => string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-io-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => path.join(folder, name);
}
