import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const resources = path.join(import.meta.dirname, '..', '..', '..', 'resources');

interface Manifest {
  files: { name: string; sizeBytes: number; sha256: string; sources: { licence: string; credit: string }[] }[];
}

describe.each(['genes', 'demo'])('resources/%s', (folder) => {
  const { files } = JSON.parse(readFileSync(path.join(resources, folder, 'manifest.json'), 'utf8')) as Manifest;

  it('holds what the manifest says, byte by byte', () => {
    for (const { name, sizeBytes, sha256 } of files) {
      const bytes = readFileSync(path.join(resources, folder, name));
      expect({ name, sizeBytes: bytes.length }).toEqual({ name, sizeBytes });
      expect({ name, sha256: createHash('sha256').update(bytes).digest('hex') }).toEqual({ name, sha256 });
    }
  });

  it('holds nothing that the manifest does not name', () => {
    const present = readdirSync(path.join(resources, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(path.join(resources, folder), path.join(entry.parentPath, entry.name)))
      .map((name) => name.split(path.sep).join('/'))
      .filter((name) => name !== 'manifest.json' && !name.endsWith('LICENCE.md'));
    expect(present.sort()).toEqual(files.map(({ name }) => name).sort());
  });

  it('states licence and credit of every source', () => {
    for (const { sources } of files) {
      expect(sources.length).toBeGreaterThan(0);
      for (const { licence, credit } of sources) expect([licence, credit]).not.toContain('');
    }
  });
});

describe('gene tables', () => {
  it('stay small', () => {
    const { files } = JSON.parse(readFileSync(path.join(resources, 'genes', 'manifest.json'), 'utf8')) as Manifest;
    expect(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(8e6);
  });
});
