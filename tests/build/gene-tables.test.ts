import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
const references = path.join(root, '..', 'shared', 'data', 'references');
const isAbsent = !existsSync(references);
const reason = isAbsent ? ' (skipped: ../shared/data is not on this machine)' : '';

it.skipIf(isAbsent)(
  `the gene tables are made again byte for byte from their references${reason}`,
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gcw-gene-tables-'));
    try {
      execFileSync(process.execPath, [path.join(root, 'build', 'make-gene-tables.ts'), references, folder]);
      const shipped = path.join(root, 'resources', 'genes');
      const { files } = JSON.parse(readFileSync(path.join(shipped, 'manifest.json'), 'utf8')) as {
        files: { name: string }[];
      };
      for (const name of ['manifest.json', ...files.map((file) => file.name)]) {
        const isSame = readFileSync(path.join(folder, 'genes', name)).equals(readFileSync(path.join(shipped, name)));
        expect({ name, isSame }).toEqual({ name, isSame: true });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);
