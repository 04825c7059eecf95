import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ArtifactStore } from '#project/artifacts.ts';
import { AuditLog } from '#project/audit.ts';
import { BlobStore } from '#project/blobs.ts';
import { openDatabase, readKeyHeader } from '#project/database.ts';
import { Project } from '#project/project.ts';
import { makeProject, PASSPHRASE, planOf, TEST_KDF, thrownBy, useFolder } from './support.ts';

const { file, track } = useFolder();
const MIB = 1 << 20;

/** A file system of 20 MiB of its own, or null where this machine does not let us mount one. */
const smallDisk = mountSmallDisk(20);

afterAll(() => {
  if (smallDisk) unmount(smallDisk);
});

describe('a full disk', () => {
  it('is said as such and leaves the project as it was (page limit of SQLite)', async () => {
    const { project } = await makeProject(file());
    const kept = project.artifacts.draft(planOf());
    kept.blob('content', randomBytes(MIB));
    const { id } = kept.commit({});
    const { dataKey } = project;
    project.close();

    const sql = openDatabase(file(), dataKey, readKeyHeader(file()), false);
    sql.pragma(`max_page_count=${(sql.pragma('page_count') as number) + 100}`);
    const blobs = new BlobStore(sql);
    const audit = new AuditLog(sql);
    const draft = new ArtifactStore(sql, blobs, audit, 'gone').draft(planOf({ config: { n: 2 } }));
    expect(await thrownBy(() => draft.blob('content', randomBytes(4 * MIB)))).toMatchObject({
      code: 'resource',
      message: 'blood.gcwproj: the disk is full; nothing already saved is lost. Free some space and run it again.',
    });
    sql.close();

    const again = track(await Project.open(file(), { dataKey }));
    again.integrityCheck({ content: true });
    expect(again.artifacts.list().map((manifest) => manifest.id)).toEqual([id]);
    const retried = again.artifacts.draft(planOf({ config: { n: 2 } }));
    retried.blob('content', randomBytes(4 * MIB));
    retried.commit({});
    expect(again.artifacts.list()).toHaveLength(2);
  });

  it.skipIf(!smallDisk)('is survived on a real one (skipped where a tmpfs cannot be mounted)', async () => {
    const folder = smallDisk!;
    const full = path.join(folder, 'blood.gcwproj');
    const ballast = path.join(folder, 'ballast');
    writeFileSync(ballast, randomBytes(8 * MIB));
    const { project } = await Project.create(full, { passphrase: PASSPHRASE, name: 'blood', kdf: TEST_KDF });
    const made: string[] = [];
    const fill = () => {
      for (let n = 0; n < 20; n++) {
        const draft = project.artifacts.draft(planOf({ config: { n } }));
        draft.blob('content', randomBytes(MIB));
        made.push(draft.commit({}).id);
      }
    };
    expect(await thrownBy(fill)).toMatchObject({
      code: 'resource',
      message: expect.stringContaining('disk is full'),
    });
    expect(made.length).toBeGreaterThan(1);
    project.integrityCheck({ content: true });
    expect(project.artifacts.list().map(({ id }) => id)).toEqual(made);
    project.close();
    rmSync(ballast);
    const again = await Project.open(full, { passphrase: PASSPHRASE });
    again.integrityCheck({ content: true });
    expect(again.artifacts.list().map(({ id }) => id)).toEqual(made);
    again.artifacts.delete(made[0]);
    const draft = again.artifacts.draft(planOf({ config: { n: 'after' } }));
    draft.blob('content', randomBytes(MIB / 2));
    draft.commit({});
    again.close();
  });
});

function mountSmallDisk(sizeMiB: number): string | null {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
}

function unmount(folder: string): void {
  execFileSync('umount', [folder], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}
