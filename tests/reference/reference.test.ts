import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PYTHON, torchVersion } from '#tests/support/python.ts';

const stored = path.join(import.meta.dirname, '..', 'genecompass', 'fixtures');
const published = path.join(import.meta.dirname, '..', '..', '..', 'shared', 'parity', 'tiny');
/** Folders that hold a model; other fixtures of the room lie beside them. */
const folders = readdirSync(stored).filter((name) =>
  existsSync(path.join(stored, name, 'expected_forward.safetensors')),
);
const torch = torchVersion();
const run = (script: string, ...args: string[]) =>
  spawnSync(PYTHON, ['-B', path.join(import.meta.dirname, script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });

// Each test starts Python several times, which a busy machine makes slow.
describe.skipIf(!torch)(
  `the reference in PyTorch${torch ? '' : ` (skipped: ${PYTHON} has no torch)`}`,
  { timeout: 120_000 },
  () => {
    it.skipIf(!existsSync(published))(
      `agrees with the published code${existsSync(published) ? '' : ' (skipped: ../shared/parity/tiny is absent)'}`,
      () => {
        const { status, stdout, stderr } = run('check_fixture.py', published);
        expect(status, stdout + stderr).toBe(0);
      },
    );

    it.each(folders)('agrees with the stored numbers of %s', (name) => {
      const { status, stdout, stderr } = run('check_fixture.py', path.join(stored, name), '--float64');
      expect(status, stdout + stderr).toBe(0);
    });

    it('makes the stored numbers again', () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-reference-'));
      try {
        const { status, stderr } = run('make_fixture.py', folder);
        expect(status, stderr).toBe(0);
        expect(readdirSync(folder).sort()).toEqual([...folders].sort());
        for (const name of folders) {
          const config = (root: string): unknown =>
            JSON.parse(readFileSync(path.join(root, name, 'config.json'), 'utf8'));
          expect(config(folder)).toEqual(config(stored));
          expect(readdirSync(path.join(folder, name)).sort()).toEqual(readdirSync(path.join(stored, name)).sort());
          const again = run('check_fixture.py', path.join(folder, name), '--float64');
          expect(again.status, again.stdout + again.stderr).toBe(0);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  },
);
