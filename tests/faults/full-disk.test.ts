import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCells } from '../support/make-cells.ts';
import { writeH5ad } from '../support/write-h5ad.ts';
import { type Ended, expectRefusal, PASSPHRASE } from './support/command-line.ts';
import { type PreparedProject, prepareProject, snapshot } from './support/prepared-project.ts';

const PROGRAM = path.join(import.meta.dirname, '..', '..', 'src', 'main', 'hosts', 'cli', 'gcw.ts');

/** A mount of its own in a name space of its own: gone with the process, and no other program sees it. */
const SCRIPT = `
mount -t tmpfs -o size="$SIZE_KIB"k tmpfs "$SMALL" || exit 99
cp "$PROJECT" "$SMALL/small.gcwproj" || exit 98
"$NODE" "$PROGRAM" dataset import --input "$CELLS" --project "$SMALL/small.gcwproj" --json
STATUS=$?
for SUFFIX in "" -wal; do test -f "$SMALL/small.gcwproj$SUFFIX" && cp "$SMALL/small.gcwproj$SUFFIX" "$KEPT$SUFFIX"; done
exit $STATUS
`;

const probe = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs "$0"', import.meta.dirname]);
const reason =
  process.platform !== 'linux'
    ? 'small file systems are made on Linux only'
    : probe.status === 0
      ? null
      : 'this machine lets nobody mount a small file system (unshare -rm)';

describe.skipIf(reason)(`a full disk${reason ? ` [skipped: ${reason}]` : ''}`, () => {
  let prepared: PreparedProject;
  let before: Awaited<ReturnType<typeof snapshot>>;
  let sizeKiB: number;

  beforeAll(async () => {
    prepared = await prepareProject('import');
    before = await snapshot(prepared.file);
    await writeH5ad(path.join(prepared.folder, 'many.h5ad'), makeCells({ nCells: 1500, nGenes: 300, seed: 9 }));
    sizeKiB = Math.ceil(statSync(prepared.file).size / 1024);
  }, 60_000);

  afterAll(() => prepared.remove());

  function importOnto(freeKiB: number, kept: string): Promise<Ended> {
    const small = path.join(prepared.folder, 'small');
    mkdirSync(small, { recursive: true });
    const child = spawn('unshare', ['-rm', 'sh', '-c', SCRIPT], {
      env: {
        PATH: process.env.PATH,
        HOME: prepared.dataFolder,
        GCW_DATA_FOLDER: prepared.dataFolder,
        GCW_PASSPHRASE: PASSPHRASE,
        SIZE_KIB: String(4 * Math.ceil((sizeKiB + freeKiB) / 4)),
        SMALL: small,
        PROJECT: prepared.file,
        NODE: process.execPath,
        PROGRAM,
        CELLS: path.join(prepared.folder, 'many.h5ad'),
        KEPT: kept,
      },
    });
    const heard = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (heard.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (heard.stderr += String(chunk)));
    return new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, ...heard })));
  }

  it.each([
    ['before anything can be written', 32],
    ['when the job begins', 160],
    ['while cells are read, with no room to say so', 448],
    ['while cells are read', 1200],
  ])('%s is told in one line and harms nothing', async (name, freeKiB) => {
    const kept = path.join(prepared.folder, `${name.replaceAll(/\W+/g, '-')}.gcwproj`);
    expectRefusal(await importOnto(freeKiB, kept), 'resource', /disk is full/, /Free some space/);
    const after = await snapshot(kept);
    expect(after.artifacts).toEqual(before.artifacts);
    expect(after.isAuditIntact).toBe(true);
    expect(after.audit.slice(0, before.audit.length)).toEqual(before.audit);
    expect(after.jobs.slice(0, before.jobs.length)).toEqual(before.jobs);
  });
});
