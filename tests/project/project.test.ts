import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Project } from '#project/project.ts';
import { makeProject, PASSPHRASE, planOf, TEST_KDF, thrownBy, useFolder } from './support.ts';

const { file, track } = useFolder();

describe('creating and opening a project', () => {
  it('keeps what it was told, across closing', async () => {
    const { project } = await makeProject(file());
    expect(project.info()).toMatchObject({ path: file(), name: 'blood', isDemo: false, schemaVersion: 1 });
    project.close();
    const again = track(await Project.open(file(), { passphrase: PASSPHRASE }));
    expect(again.info()).toMatchObject({ name: 'blood' });
    again.integrityCheck({ content: true });
  });

  it('is one file when it is closed', async () => {
    const { project } = await makeProject(file());
    project.artifacts.draft(planOf()).commit({});
    project.close();
    expect([existsSync(`${file()}-wal`), existsSync(`${file()}-shm`)]).toEqual([false, false]);
    copyFileSync(file(), file('copy.gcwproj'));
    const copy = track(await Project.open(file('copy.gcwproj'), { passphrase: PASSPHRASE }));
    expect(copy.artifacts.list()).toHaveLength(1);
  });

  it('opens with the printed recovery key, however it is typed', async () => {
    const { project, recoveryKey } = await makeProject(file());
    project.close();
    const typed = recoveryKey.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
    track(await Project.open(file(), { recoveryKey: typed }));
  });

  it('opens with the data key, as the engine child does', async () => {
    const { project } = await makeProject(file());
    track(project);
    const child = track(await Project.open(file(), { dataKey: project.dataKey }));
    child.artifacts.draft(planOf()).commit({ nCells: 3 });
    expect(project.artifacts.list().map(({ summary }) => summary)).toEqual([{ nCells: 3 }]);
  });

  it('refuses to replace a file', async () => {
    writeFileSync(file(), 'my thesis');
    expect(await thrownBy(() => makeProject(file()))).toMatchObject({ code: 'conflict' });
    expect(readFileSync(file(), 'utf8')).toBe('my thesis');
  });

  it('says that a folder is not there', async () => {
    expect(await thrownBy(() => makeProject(file('no/such/blood.gcwproj')))).toMatchObject({ code: 'not-found' });
  });

  it('refuses an empty passphrase and leaves no file', async () => {
    const thrown = await thrownBy(() => Project.create(file(), { passphrase: '', name: 'x', kdf: TEST_KDF }));
    expect(thrown).toMatchObject({ code: 'invalid-input' });
    expect(existsSync(file())).toBe(false);
  });
});

describe('a secret that does not fit', () => {
  it('refuses a wrong passphrase, says so, changes nothing', async () => {
    const { project } = await makeProject(file());
    project.close();
    const before = readFileSync(file());
    expect(await thrownBy(() => Project.open(file(), { passphrase: 'Correct horse battery staple' }))).toMatchObject({
      code: 'invalid-input',
      message:
        'blood.gcwproj: the passphrase does not open this project; nothing was changed. Check capitals and keyboard layout, or use the recovery key.',
    });
    expect(readFileSync(file()).equals(before)).toBe(true);
  });

  it('takes the same letters in composed and decomposed form as one passphrase', async () => {
    const { project } = await Project.create(file(), { passphrase: 'Blutbild für Änne', name: 'x', kdf: TEST_KDF });
    project.close();
    track(await Project.open(file(), { passphrase: 'Blutbild für Änne'.normalize('NFD') }));
  });

  it('refuses the recovery key of another project', async () => {
    const { project } = await makeProject(file());
    const other = await makeProject(file('other.gcwproj'));
    project.close();
    other.project.close();
    expect(await thrownBy(() => Project.open(file(), { recoveryKey: other.recoveryKey }))).toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('belongs to another project'),
    });
  });

  it('tells a missing file, an empty file, a text file and another SQLite database from a project', async () => {
    const open = (name: string) => thrownBy(() => Project.open(file(name), { passphrase: PASSPHRASE }));
    expect(await open('none.gcwproj')).toMatchObject({ code: 'not-found' });
    writeFileSync(file('empty.gcwproj'), '');
    expect(await open('empty.gcwproj')).toMatchObject({ code: 'data-format' });
    writeFileSync(file('text.gcwproj'), 'gene\tcount\n'.repeat(1000));
    expect(await open('text.gcwproj')).toMatchObject({ code: 'data-format' });
    const Database = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers');
    new Database(file('sqlite.gcwproj')).exec('CREATE TABLE t (x)').close();
    expect(await open('sqlite.gcwproj')).toMatchObject({ code: 'data-format' });
    expect(await open('.')).toMatchObject({ code: 'data-format' });
  });

  it('refuses a file cut short', async () => {
    const { project } = await makeProject(file());
    project.artifacts.draft(planOf()).commit({});
    project.close();
    for (const size of [17, 5000, 20_000]) {
      truncateSync(file(), size);
      const thrown = await thrownBy(async () =>
        track(await Project.open(file(), { passphrase: PASSPHRASE })).integrityCheck(),
      );
      expect(thrown, `${size} bytes`).toMatchObject({ code: 'data-format' });
    }
  });
});

describe('changing the passphrase', () => {
  it('encrypts anew: the new one opens, the old passphrase and recovery key open nothing', async () => {
    const { project, recoveryKey } = await makeProject(file());
    const draft = project.artifacts.draft(planOf());
    draft.blob(
      'x',
      Float32Array.from({ length: 300_000 }, (_, i) => i),
    );
    const { id } = draft.commit({});
    project.close();
    const changed = await Project.changePassphrase(file(), { passphrase: PASSPHRASE }, 'another one');
    expect(await thrownBy(() => Project.open(file(), { passphrase: PASSPHRASE }))).toMatchObject({
      code: 'invalid-input',
    });
    expect(await thrownBy(() => Project.open(file(), { recoveryKey }))).toMatchObject({ code: 'invalid-input' });
    (await Project.open(file(), { recoveryKey: changed.recoveryKey })).close();
    const again = track(await Project.open(file(), { passphrase: 'another one' }));
    expect(again.artifacts.readTyped(id, 'x', 'float32', 299_999)[0]).toBe(299_999);
    again.integrityCheck({ content: true });
    expect(again.audit.entries().at(-1)).toMatchObject({ what: 'passphrase changed' });
  });

  it('that fails leaves the project under its old passphrase and nothing beside it', async () => {
    const { project } = await makeProject(file());
    project.close();
    mkdirSync(`${file()}.changing`);
    await thrownBy(() => Project.changePassphrase(file(), { passphrase: PASSPHRASE }, 'x'));
    expect(readdirSync(path.dirname(file()))).toEqual(['blood.gcwproj']);
    track(await Project.open(file(), { passphrase: PASSPHRASE }));
  });

  it('is refused while somebody has the project open', async () => {
    const { project } = await makeProject(file());
    track(project);
    expect(await thrownBy(() => Project.changePassphrase(file(), { passphrase: PASSPHRASE }, 'x'))).toMatchObject({
      code: 'conflict',
    });
  });
});

describe('one process at a time', () => {
  it('gives a lease to one opener and frees it when that one closes', async () => {
    const { project } = await makeProject(file());
    const other = track(await Project.open(file(), { dataKey: project.dataKey }));
    project.acquire('queue');
    project.acquire('queue');
    expect(await thrownBy(() => other.acquire('queue'))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    project.close();
    other.acquire('queue');
  });
});

describe('settings', () => {
  it('keeps typed values and refuses others', async () => {
    const project = track((await makeProject(file())).project);
    const setting = { name: 'batch', schema: z.number().int().max(64), fallback: 8 };
    expect(project.settings.read(setting)).toBe(8);
    project.settings.write(setting, 32);
    expect(project.settings.read(setting)).toBe(32);
    expect(await thrownBy(() => project.settings.write(setting, 65))).toMatchObject({ code: 'invalid-input' });
    expect(await thrownBy(() => project.settings.read({ ...setting, schema: z.number().max(3) }))).toMatchObject({
      code: 'data-format',
    });
  });
});

it('says that a closed project is closed', async () => {
  const { project } = await makeProject(file());
  project.close();
  project.close();
  expect(await thrownBy(() => project.artifacts.list())).toMatchObject({ code: 'unavailable' });
});
