import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MANIFEST_FILE, MODEL_FILE, modelsFolder, VOCABULARY_FILE } from '#library/layout.ts';
import { libraryModelId } from '#library/model-id.ts';
import { ModelLibrary } from '#library/model-library.ts';
import { putLibraryModel } from '../support/library-model.ts';

let dataFolder: string;
let library: ModelLibrary;

beforeEach(() => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'gcw-library-'));
  library = new ModelLibrary(modelsFolder(dataFolder));
});
afterEach(() => rmSync(dataFolder, { recursive: true }));

const put = (options: Parameters<typeof putLibraryModel>[1] = {}) => putLibraryModel(dataFolder, options);
const fileOf = (id: string, name: string) => path.join(library.folder, id, name);

describe('model library', () => {
  it('is empty where nothing was imported, and says how to begin', () => {
    expect(library.list()).toEqual({ models: [], unreadable: [] });
    expect(() => library.get('latest')).toThrow(/gcw model import/);
    expect(() => library.get('abc')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('gives back what was put in, by id, its beginning and latest', async () => {
    const { stored } = await put({ medians: new Map([['ENSG00000066336', 1.5]]) });
    expect(library.get(stored.id)).toEqual(stored);
    expect(library.get(stored.id.slice(0, 6))).toEqual(stored);
    expect(library.get('latest')).toEqual(stored);
    expect(stored.vocabulary).toMatchObject({ nTokens: 5, nHumanGenes: 2, nMouseGenes: 1, nMedians: 1 });
    expect(await library.vocabulary(stored)).toMatchObject({ medians: [null, null, 1.5, null, null] });
    expect(await library.modelPath(stored)).toBe(fileOf(stored.id, MODEL_FILE));
    await library.verify(stored);
  });

  it('keeps the same model once, whatever it is called the second time', async () => {
    const first = await put();
    const second = await put({ title: 'Another name' });
    expect(second).toMatchObject({ isNew: false, stored: { title: 'Tiny model' } });
    expect(library.list().models).toEqual([first.stored]);
    expect(readdirSync(library.folder)).toEqual([first.stored.id]);
    expect((await put({ seed: 4 })).isNew).toBe(true);
    expect(library.list().models).toHaveLength(2);
  });

  it('keeps one of two that come at the same time', async () => {
    const both = await Promise.all([put(), put()]);
    expect(both.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
    expect(readdirSync(library.folder)).toEqual([both[0].stored.id]);
  });

  it('puts a damaged model right when it is imported again', async () => {
    const { stored } = await put();
    writeFileSync(fileOf(stored.id, MODEL_FILE), 'cut');
    await expect(library.modelPath(stored)).rejects.toMatchObject({ code: 'data-format' });
    expect((await put()).isNew).toBe(true);
    await library.verify(library.get(stored.id));
  });

  it('notices one changed byte, also where size and time of change stayed, once it is asked to read again', async () => {
    const { stored } = await put();
    const file = fileOf(stored.id, MODEL_FILE);
    const when = new Date('2026-01-01T00:00:00Z');
    utimesSync(file, when, when);
    await library.modelPath(stored);
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(file, bytes);
    await expect(library.modelPath(stored)).rejects.toMatchObject({
      code: 'data-format',
      message: expect.stringMatching(/^Tiny model: model\.safetensors: its content is not what was stored/),
    });
    utimesSync(file, when, when);
    await expect(library.verify(stored)).rejects.toMatchObject({ code: 'data-format' });
  });

  it('reads a file once per process', async () => {
    const { stored } = await put();
    const reads: number[] = [];
    const onBytes = (done: number) => void reads.push(done);
    await library.modelPath(stored, { onBytes });
    const nReads = reads.length;
    expect(nReads).toBeGreaterThan(0);
    await library.modelPath(stored, { onBytes });
    expect(reads).toHaveLength(nReads);
    await library.verify(stored, { onBytes });
    expect(reads.at(-1)).toBe(stored.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  });

  it('stops reading when it is told to', async () => {
    const { stored } = await put();
    await expect(library.verify(stored, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says when a file is gone, and when no token dictionary came with the model', async () => {
    const { stored } = await put({ hasVocabulary: false });
    await expect(library.vocabulary(stored)).rejects.toMatchObject({ code: 'not-found' });
    rmSync(fileOf(stored.id, MODEL_FILE));
    await expect(library.modelPath(stored)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('removes a model whole, a damaged one too', async () => {
    const { stored } = await put();
    writeFileSync(fileOf(stored.id, MANIFEST_FILE), '{');
    expect(library.list()).toMatchObject({ models: [], unreadable: [{ id: stored.id }] });
    expect(() => library.get(stored.id)).toThrow(expect.objectContaining({ code: 'data-format' }));
    library.remove(stored.id);
    expect(readdirSync(library.folder)).toEqual([]);
    expect(() => library.remove(stored.id)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it.each([
    ['a number for a name', (manifest: Record<string, unknown>) => ({ ...manifest, title: 3 })],
    ['the id of another model', (manifest: Record<string, unknown>) => ({ ...manifest, id: '0'.repeat(32) })],
    ['a later format', (manifest: Record<string, unknown>) => ({ ...manifest, format: 2 })],
  ])('refuses a manifest with %s', async (_what, change) => {
    const { stored } = await put();
    const file = fileOf(stored.id, MANIFEST_FILE);
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
    expect(() => library.get(stored.id)).toThrow(expect.objectContaining({ code: 'data-format' }));
    expect(library.list().unreadable).toHaveLength(1);
  });

  it('reads no file outside of a model, whatever its manifest names', async () => {
    const { stored } = await put();
    writeFileSync(path.join(dataFolder, 'secret'), 'x');
    const file = { ...stored.files[0], name: '../../secret' };
    await expect(library.verify({ ...stored, files: [file] })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('never shows what is half written, and sweeps what a stopped process left', async () => {
    const { stored } = await put();
    const draft = library.draft();
    writeFileSync(draft.path(MODEL_FILE), 'half');
    const left = path.join(library.folder, '.incoming-999999999-left');
    mkdirSync(left);
    expect(library.list().models).toEqual([stored]);
    library.draft().discard();
    expect(readdirSync(library.folder).sort()).toEqual([path.basename(draft.folder), stored.id].sort());
    draft.discard();
    expect(readdirSync(library.folder)).toEqual([stored.id]);
    expect(readdirSync(path.join(library.folder, stored.id)).sort()).toEqual(
      [MANIFEST_FILE, MODEL_FILE, VOCABULARY_FILE].sort(),
    );
  });
});

describe('id of a library model', () => {
  const file = (name: string, digit: string) => ({ name, sizeBytes: 1, sha256: digit.repeat(64) });

  it('follows names and content, not order and size', () => {
    const id = libraryModelId([file('a', '1'), file('b', '2')]);
    expect(libraryModelId([file('b', '2'), { ...file('a', '1'), sizeBytes: 9 }])).toBe(id);
    expect(libraryModelId([file('a', '2'), file('b', '1')])).not.toBe(id);
    expect(libraryModelId([file('a', '1')])).not.toBe(id);
  });
});
