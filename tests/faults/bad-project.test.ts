import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Project } from '#project/project.ts';
import { DATASET_BLOBS } from '#project/stored/dataset-blobs.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { expectRefusal, gcw, PASSPHRASE, resultOf } from './support/command-line.ts';
import { faultyCells } from './support/faulty-cells.ts';
import { type PreparedProject, prepareProject, snapshot } from './support/prepared-project.ts';

const PAGE_BYTES = 16_384;

/** So many that their counts, a byte or two each, fill pages of their own. */
const N_CELLS = 1500;
let prepared: PreparedProject;

beforeAll(async () => void (prepared = await prepareProject('preprocess')), 60_000);
afterAll(() => prepared.remove());

const run = (words: string, project: string, passphrase?: string) =>
  gcw(prepared.dataFolder, [...words.split(' '), '--project', project, '--json'], passphrase);

describe('a project that cannot be opened', () => {
  it('with a wrong passphrase stays as it is, to the byte', async () => {
    const file = prepared.copy('wrong-passphrase');
    const before = readFileSync(file);
    const error = expectRefusal(
      await run('artifact list', file, 'somebody guesses this'),
      'invalid-input',
      /^wrong-passphrase\.gcwproj: the passphrase does not open/,
      /recovery key/,
    );
    expect(JSON.stringify(error)).not.toContain('somebody guesses this');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(prepared.folder).filter((name) => name.startsWith('wrong-passphrase'))).toHaveLength(1);
  });

  it.each([
    ['a text', Buffer.from('a diary\n')],
    ['nothing', Buffer.alloc(0)],
    ['a database of another program', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8192)])],
    ['zeros', Buffer.alloc(PAGE_BYTES)],
  ])('because it holds %s is called that and left as it is', async (name, content) => {
    const file = path.join(prepared.folder, `${name.replaceAll(' ', '-')}.gcwproj`);
    writeFileSync(file, content);
    expectRefusal(await run('artifact list', file), 'data-format', /not a GeneCompass Workbench project/, /choose/);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('because it is a folder is called that', async () => {
    expectRefusal(await run('artifact list', prepared.folder), 'data-format', /not a GeneCompass Workbench project/);
  });

  it('because it is not there is not made', async () => {
    const file = path.join(prepared.folder, 'nowhere.gcwproj');
    expectRefusal(await run('dataset list', file), 'not-found', /nowhere\.gcwproj/, /check the path/);
    expect(readdirSync(prepared.folder)).not.toContain('nowhere.gcwproj');
  });

  it('is not made over another one, nor in a folder that is not there, nor with another ending', async () => {
    const file = prepared.copy('taken');
    const before = readFileSync(file);
    expectRefusal(await run('project create', file), 'conflict', /already/, /choose another name/);
    expect(readFileSync(file).equals(before)).toBe(true);
    const lost = path.join(prepared.folder, 'no-folder', 'a.gcwproj');
    expectRefusal(await run('project create', lost), 'not-found', /folder/);
    expectRefusal(await run('project create', path.join(prepared.folder, 'a.db')), 'invalid-input', /\.gcwproj/);
  });
});

describe('a project file with one flipped bit', () => {
  const open = (file: string) => Project.open(file, { passphrase: PASSPHRASE });

  function flip(name: string, byte: number, project = prepared): string {
    const file = project.copy(name);
    const content = readFileSync(file);
    content[byte] ^= 1;
    writeFileSync(file, content);
    return file;
  }

  it('in its header does not open, and says so', async () => {
    expectRefusal(await run('artifact list', flip('salt', 9)), 'invalid-input', /passphrase does not open/);
    expectRefusal(await run('artifact list', flip('magic', 1)), 'data-format', /not a GeneCompass Workbench project/);
  });

  it('in its first page does not open, and says so', async () => {
    expectRefusal(await run('artifact list', flip('first-page', 600)), 'data-format', /damaged/, /backup/);
  });

  it('anywhere is found before anything is read from there', async () => {
    const project = await open(prepared.file);
    // What has been deleted leaves pages that nothing reads.
    project.reclaimSpace();
    project.close();
    const { dataKey, nPages } = await keyAndSize();
    const random = new CounterRandom(11, 'flipped bits');
    for (let i = 0; i < 12; i++) {
      const page = 1 + random.integer(2 * i, nPages - 1);
      const file = flip(`anywhere-${i}`, page * PAGE_BYTES + random.integer(2 * i + 1, PAGE_BYTES));
      const check = async () => {
        const project = await Project.open(file, { dataKey });
        try {
          project.integrityCheck({ content: true });
        } finally {
          project.close();
        }
      };
      const refusal: unknown = await check().catch((thrown: unknown) => thrown);
      expect(refusal, `page ${page}`).toBeInstanceOf(WorkbenchError);
      expect((refusal as WorkbenchError).code, `page ${page}`).toBe('data-format');
    }
  });

  it('in the counts stops the job that reads them, and everything else is still there', async () => {
    const large = await prepareProject('preprocess', faultyCells({ nCells: N_CELLS }));
    onTestFinished(() => large.remove());
    const file = await damagedCounts(large);
    expectRefusal(
      await run('preprocess run --dataset latest --profile none --max-length 64', file),
      'data-format',
      /^damaged-counts\.gcwproj: a part of the file is damaged/,
      /backup/,
    );
    const list = resultOf<{ id: string }[]>(await run('artifact list', file));
    expect(list.map(({ id }) => id)).toEqual((await snapshot(large.copy('whole'))).artifacts);
    expect(resultOf(await run('project audit', file))).toMatchObject({ intact: true, brokenAt: null });
  }, 120_000);

  async function keyAndSize({ file } = prepared) {
    const project = await open(file);
    const dataKey = Buffer.from(project.dataKey);
    project.close();
    return { dataKey, nPages: Math.floor(readFileSync(file).length / PAGE_BYTES) };
  }

  /** Tries pages from the first until one is found that only the counts lie in. */
  async function damagedCounts(large: PreparedProject): Promise<string> {
    const { dataKey, nPages } = await keyAndSize(large);
    for (let page = 1; page < nPages; page++) {
      const file = flip('damaged-counts', page * PAGE_BYTES + 5000, large);
      const project = await Project.open(file, { dataKey }).catch(() => null);
      if (!project) continue;
      try {
        if (isOnlyCountsDamaged(project)) return file;
      } finally {
        project.close();
      }
    }
    throw new Error('no page of the counts was found');
  }

  function isOnlyCountsDamaged(project: Project): boolean {
    try {
      project.jobs.list();
      if (!project.audit.verify().intact) return false;
      const dataset = project.artifacts.list({ kind: 'dataset' })[0];
      for (const name of [DATASET_BLOBS.genes, DATASET_BLOBS.obs]) project.artifacts.read(dataset.id, name);
      try {
        project.artifacts.read(dataset.id, DATASET_BLOBS.packedCounts);
        return false;
      } catch {
        return true;
      }
    } catch {
      return false;
    }
  }
});
