import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assemble, type Workbench } from '#hosts/assemble.ts';
import { nodeAdapter } from '#hosts/node-adapter.ts';
import { recentProjects } from '#hosts/recent-projects.ts';
import { fromOrpc } from '#shared/errors/from-orpc.ts';

const PASSPHRASE = 'islets of langerhans';
let folder: string;
let workbench: Workbench;
let nEngines = 0;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gcw-assemble-'));
  process.env.GCW_DATA_FOLDER = path.join(folder, 'data');
  nEngines = 0;
  workbench = assemble(nodeAdapter('cli'), {
    spawnEngine: () => {
      nEngines++;
      throw new Error('no engine is needed here');
    },
  });
});

afterEach(async () => {
  await workbench.close();
  delete process.env.GCW_DATA_FOLDER;
  rmSync(folder, { recursive: true });
});

const failureOf = async (call: Promise<unknown>) => fromOrpc(await call.catch((error: unknown) => error)).toData();

describe('an assembled workbench', () => {
  it('makes, closes and opens a project, remembers it, and starts no engine for that', async () => {
    const { client } = workbench;
    const file = path.join(folder, 'blood.gcwproj');
    const { project, recoveryKey } = await client.project.create({ path: file, passphrase: PASSPHRASE });
    expect(project).toMatchObject({ name: 'blood', isDemo: false });
    await client.project.close();
    expect(await failureOf(client.dataset.list())).toMatchObject({ code: 'not-found' });
    expect(await failureOf(client.project.open({ path: file, passphrase: 'wrong' }))).toMatchObject({
      code: 'invalid-input',
    });
    expect(await client.project.open({ path: file, recoveryKey })).toMatchObject({ name: 'blood' });
    expect(await client.dataset.list()).toEqual([]);
    expect(await client.project.recent()).toMatchObject([{ path: file, name: 'blood', exists: true }]);
    expect(nEngines).toBe(0);
    expect(readFileSync(path.join(folder, 'data', 'recent-projects.json'), 'utf8')).not.toContain(PASSPHRASE);
  });

  it('lists folders, writes exports and has no dialogs', async () => {
    const { client } = workbench;
    const file = path.join(folder, 'r.csv');
    await client.host.saveFile({ path: file, content: 'rank\n' });
    const { entries, parent } = await client.host.browse({ path: folder });
    expect(parent).toBe(path.dirname(folder));
    expect(entries.map(({ name, kind, sizeBytes }) => [name, kind, sizeBytes])).toEqual([
      ['data', 'folder', null],
      ['r.csv', 'file', 5],
    ]);
    expect(await failureOf(client.host.browse({ path: file }))).toMatchObject({ code: 'invalid-input' });
    expect(await failureOf(client.host.browse({ path: path.join(folder, 'no') }))).toMatchObject({ code: 'not-found' });
    expect(await failureOf(client.host.saveFile({ path: 'r.csv', content: '' }))).toMatchObject({
      code: 'invalid-input',
    });
    expect(await failureOf(client.host.chooseFile({ purpose: 'open-project' }))).toMatchObject({ code: 'unsupported' });
    expect(await client.host.capabilities()).toMatchObject({ nativeDialogs: false, browseFiles: true });
  });
});

describe('recent projects', () => {
  it('are the newest twenty, once each; a broken list counts as empty', () => {
    let ms = 0;
    const recent = recentProjects(folder, () => new Date(ms++));
    for (let i = 0; i < 25; i++) recent.remember({ path: path.join(folder, `${i}.gcwproj`), name: String(i) });
    recent.remember({ path: path.join(folder, '20.gcwproj'), name: 'again' });
    const names = recent.list().map(({ name }) => name);
    expect(names).toHaveLength(20);
    expect(names.slice(0, 2)).toEqual(['again', '24']);
    expect(recent.list()[0].exists).toBe(false);
    writeFileSync(path.join(folder, 'recent-projects.json'), '{"not": "a list"}');
    expect(recent.list()).toEqual([]);
  });
});
