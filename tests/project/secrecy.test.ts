import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { Project } from '#project/project.ts';
import { makeProject, PASSPHRASE, planOf, thrownBy, useFolder } from './support.ts';

const { file, track } = useFolder();

const CANARIES = [
  'DONOR-CANARY-4711',
  'AAACCTGCANARY-1',
  'ENSGCANARY00001',
  'tester-canary',
  'canary-summary',
  'canary-blob-name',
];

async function withCanaries(): Promise<Project> {
  const { project } = await makeProject(file());
  const draft = project.artifacts.draft(planOf({ title: CANARIES[0], config: { donor: CANARIES[0] } }));
  draft.blob(CANARIES[5], [CANARIES[1], CANARIES[2]]);
  // Bytes that do not compress are kept as they are, so the canary would lie there in one piece.
  const random = new CounterRandom(1, 'noise');
  const noise = Buffer.from(Uint8Array.from({ length: 50_000 }, (_, i) => random.uint32(i) & 255));
  draft.blob('noise', Buffer.concat([noise, Buffer.from(CANARIES[1]), noise]));
  draft.commit({ note: CANARIES[4] });
  project.audit.append({ what: 'looked', who: CANARIES[3], details: { donor: CANARIES[0] } });
  project.jobs.saveState('job-canary' as never, 'checkpoint', Buffer.from(CANARIES[2]));
  return project;
}

describe('the files on disk', () => {
  it('hold nothing readable, neither while the project is open nor afterwards', async () => {
    const project = await withCanaries();
    const files = () =>
      ['', '-wal', '-shm', '-journal'].map((suffix) => file() + suffix).filter((name) => existsSync(name));
    const search = () => {
      for (const name of files()) {
        const bytes = readFileSync(name);
        for (const canary of [...CANARIES, PASSPHRASE, 'CREATE TABLE', 'SQLite format']) {
          expect(bytes.includes(canary), `${canary} in ${name}`).toBe(false);
          expect(bytes.includes(Buffer.from(canary, 'utf16le')), canary).toBe(false);
        }
        for (const form of [project.dataKey, project.dataKey.toString('hex')]) expect(bytes.includes(form)).toBe(false);
      }
    };
    expect(files().map((name) => name.slice(file().length))).toEqual(['', '-wal', '-shm']);
    expect(readFileSync(`${file()}-wal`).length).toBeGreaterThan(50_000);
    search();
    project.close();
    expect(files()).toEqual([file()]);
    search();
  });

  it('look like noise after the first 24 bytes', async () => {
    (await withCanaries()).close();
    const bytes = readFileSync(file()).subarray(24);
    const counts = new Float64Array(256);
    for (const byte of bytes) counts[byte]++;
    const entropy = -counts.reduce(
      (sum, count) => sum + (count ? (count / bytes.length) * Math.log2(count / bytes.length) : 0),
      0,
    );
    expect(entropy).toBeGreaterThan(7.99);
  });
});

describe('a flipped bit', () => {
  it('is found wherever it is: refused, never read as something else', { timeout: 120_000 }, async () => {
    const project = await withCanaries();
    const { dataKey } = project;
    project.close();
    const original = readFileSync(file());
    const random = new CounterRandom(3, 'bits');
    const everywhere = Array.from({ length: 60 }, (_, i) => random.integer(i, original.length));
    const header = Array.from({ length: 24 }, (_, i) => i);
    const refused = new Map<string, number>();
    for (const at of [...header, ...everywhere]) {
      const copy = file('tampered.gcwproj');
      const bytes = Buffer.from(original);
      bytes[at] ^= 1 << random.integer(at, 8);
      writeFileSync(copy, bytes);
      let outcome = 'opened';
      try {
        const opened = await Project.open(copy, at < 16 ? { passphrase: PASSPHRASE } : { dataKey });
        try {
          opened.integrityCheck({ content: true });
        } finally {
          opened.close();
        }
      } catch (thrown) {
        outcome = (thrown as { code: string }).code;
      }
      refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
      expect(['data-format', 'invalid-input', 'unsupported'], `byte ${at} of ${original.length}: ${outcome}`).toContain(
        outcome,
      );
    }
    expect(refused.get('data-format')).toBeGreaterThan(60);
  });

  it('in the header is told from a wrong recovery key', async () => {
    const { project, recoveryKey } = await makeProject(file());
    project.close();
    const bytes = readFileSync(file());
    bytes[9] ^= 4;
    writeFileSync(file(), bytes);
    expect(await thrownBy(() => Project.open(file(), { recoveryKey }))).toMatchObject({
      code: 'data-format',
      message: expect.stringContaining('the beginning of the file is damaged'),
    });
  });

  it('in a page put where another was is found too', async () => {
    const project = await withCanaries();
    const { dataKey } = project;
    project.close();
    const bytes = readFileSync(file());
    const page = (n: number) => bytes.subarray(n * 16_384, (n + 1) * 16_384);
    const held = Buffer.from(page(2));
    page(3).copy(page(2));
    held.copy(page(3));
    writeFileSync(file('swapped.gcwproj'), bytes);
    copyFileSync(file('swapped.gcwproj'), file());
    const thrown = await thrownBy(async () =>
      track(await Project.open(file(), { dataKey })).integrityCheck({ content: true }),
    );
    expect(thrown).toMatchObject({ code: 'data-format' });
  });
});
