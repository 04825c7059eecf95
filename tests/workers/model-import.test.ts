import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '#hosts/assemble.ts';
import { runCommand } from '#hosts/cli/run-command.ts';
import { forkEngine } from '#hosts/fork-engine.ts';
import { nodeAdapter } from '#hosts/node-adapter.ts';
import { engineEntry, engineEnvironment } from '#hosts/places.ts';
import { MODEL_FILE, modelsFolder } from '#library/layout.ts';
import { LibraryModel } from '#shared/domain/library.ts';
import { makeVocabulary } from '#singlecell/vocabulary/vocabulary.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { TINY_CHECKPOINT } from '../support/tiny-checkpoint.ts';
import { makeSyntheticCheckpoint, syntheticHomologs, syntheticTokens } from '../../build/make-synthetic-checkpoint.ts';

const MINUTES = 60_000;

describe('import of a checkpoint into the library', () => {
  const workbench = openWorkbench('model-import');
  const { client, folder } = workbench;
  const dataFolder = path.join(folder, 'data');
  const checkpoint = path.join(folder, 'tiny-published');
  /** Large enough that its import is under way when the first progress arrives. */
  const wide = path.join(folder, 'wide');

  /** What a command prints and its exit status, in a world of its own. */
  const gcw = async (...words: string[]) => {
    const written = { output: '', messages: '' };
    const status = await runCommand(words, {
      version: '0',
      environment: {},
      output: { write: (text) => (written.output += text) },
      messages: { write: (text) => (written.messages += text), isTTY: false },
      askSecret: undefined,
      connect: () => ({ client, close: () => Promise.resolve() }),
      onInterrupt: () => () => undefined,
    });
    return { status, ...written };
  };
  const importing = async (input: string, options: { title?: string; signal?: AbortSignal } = {}) => {
    const { signal, ...rest } = options;
    const stages = new Set<string>();
    for await (const event of await client.model.import({ input, ...rest }, { signal })) {
      if (event.type === 'done') return { ...event.result, stages: [...stages] };
      stages.add(event.progress.stage);
    }
    throw new TypeError('the import ended without a result');
  };
  const inLibrary = () => (existsSync(modelsFolder(dataFolder)) ? readdirSync(modelsFolder(dataFolder)).sort() : []);

  beforeAll(() => {
    makeSyntheticCheckpoint(checkpoint, TINY_CHECKPOINT);
    makeSyntheticCheckpoint(wide, { ...TINY_CHECKPOINT, nHuman: 6000, nMouse: 6000, width: 64, priorWidth: 64 });
  });

  afterAll(() => workbench.remove());

  it('tells what a folder holds, without keeping anything', async () => {
    expect(await client.model.inspect({ input: checkpoint })).toMatchObject({
      layout: 'scalar',
      heads: { kind: 'masked' },
      config: { nLayers: 2, width: 16, maxLength: 32, vocabularySize: 126 },
      matchesBase: false,
      auxiliary: { tokens: 'human_mouse_tokens.pickle', homologs: 'homologous_hm_token.pickle' },
    });
    expect(inLibrary()).toEqual([]);
  });

  it(
    'keeps it once, with the vocabulary the tokenizer would make, and finds it again without converting',
    async () => {
      const first = await importing(checkpoint, { title: 'Tiny' });
      expect(first).toMatchObject({ isNew: true, model: { title: 'Tiny', warnings: [] } });
      expect(first.stages).not.toContain('Comparing');
      expect(LibraryModel.parse(first.model)).toEqual(first.model);
      const expected = makeVocabulary(
        'published',
        syntheticTokens(TINY_CHECKPOINT),
        new Map(syntheticHomologs(TINY_CHECKPOINT)),
      );
      expect(first.model.vocabulary).toEqual({
        id: expected.id,
        hash: expected.hash,
        nTokens: 126,
        nHumanGenes: 60,
        nMouseGenes: 64,
        nHomologs: 40,
        nMedians: 124,
      });
      expect(first.content).toContain('do not redistribute');
      const moved = path.join(folder, 'moved');
      cpSync(checkpoint, moved, { recursive: true });
      const second = await importing(moved, { title: 'Another name' });
      expect(second).toMatchObject({ isNew: false, id: first.id, model: { title: 'Tiny' } });
      expect(second.stages).not.toContain('Importing');
      expect(inLibrary()).toEqual([first.id]);
    },
    MINUTES,
  );

  it(
    'is a model of its own when a file beside the weights is another',
    async () => {
      const changed = path.join(folder, 'changed');
      cpSync(checkpoint, changed, { recursive: true });
      rmSync(path.join(changed, 'mouse_gene_median_after_filter.pickle'));
      const { isNew, id, model } = await importing(changed);
      expect({ isNew, title: model.title, nMedians: model.vocabulary?.nMedians }).toEqual({
        isNew: true,
        title: 'changed',
        nMedians: 60,
      });
      await client.model.remove({ model: id, confirm: true });
    },
    MINUTES,
  );

  it(
    'on the command line: a card, or one JSON document; progress and errors beside it',
    async () => {
      const asJson = await gcw('model', 'import', '--input', checkpoint, '--json');
      expect(asJson.status).toBe(0);
      const { id, isNew, model } = JSON.parse(asJson.output) as { id: string; isNew: boolean; model: LibraryModel };
      expect(isNew).toBe(false);
      expect(model.checkpoint).toMatchObject({
        nElements: expect.any(Number),
        nTensors: 74,
        homologs: { nChanged: 40 },
      });
      expect(model.files.map(({ name }) => name)).toEqual([MODEL_FILE, 'vocabulary.json']);
      const asText = await gcw('model', 'import', '--input', checkpoint);
      expect(asText.output).toContain(`kept in the model library of this computer as ${id}`);
      expect((await gcw('model', 'show', '--model', id.slice(0, 5))).output).toBe(asText.output);
      expect((await gcw('model', 'library')).output).toMatch(new RegExp(`${id}\\s+Tiny\\s`));
      expect(JSON.parse((await gcw('model', 'verify', '--model', 'latest', '--json')).output)).toMatchObject({
        intact: true,
      });
      const missing = await gcw('model', 'import', '--input', path.join(folder, 'nowhere'));
      expect(missing).toMatchObject({
        status: 3,
        output: '',
        messages: expect.stringMatching(/^gcw: nowhere: there is no/),
      });
      expect(await gcw('model', 'import', '--input', path.join(checkpoint, 'config.json'))).toMatchObject({
        status: 2,
      });
      expect(await gcw('model', 'remove', '--model', id)).toMatchObject({ status: 8 });
    },
    MINUTES,
  );

  it.each([
    ['a folder without a checkpoint', 'not-found', (at: string) => rmSync(path.join(at, 'pytorch_model.bin'))],
    [
      'a changed weight',
      'data-format',
      (at: string) => {
        const file = path.join(at, 'pytorch_model.bin');
        const bytes = readFileSync(file);
        bytes[Math.floor(bytes.length / 2)] ^= 0x40;
        writeFileSync(file, bytes);
      },
    ],
    [
      'the token dictionary of another model',
      'data-format',
      (at: string) => {
        makeSyntheticCheckpoint(path.join(folder, 'other'), { ...TINY_CHECKPOINT, nMouse: 70 });
        const name = 'human_mouse_tokens.pickle';
        copyFileSync(path.join(folder, 'other', name), path.join(at, name));
      },
    ],
  ])(
    'refuses %s and leaves nothing behind',
    async (_what, code, spoil) => {
      const spoilt = path.join(folder, 'spoilt');
      rmSync(spoilt, { recursive: true, force: true });
      cpSync(checkpoint, spoilt, { recursive: true });
      spoil(spoilt);
      const before = inLibrary();
      await expect(importing(spoilt)).rejects.toMatchObject({ code });
      expect(inLibrary()).toEqual(before);
    },
    MINUTES,
  );

  it(
    'stops when it is told to and leaves nothing behind',
    async () => {
      const before = inLibrary();
      const controller = new AbortController();
      const stopped = (async () => {
        const options = { signal: controller.signal };
        for await (const event of await client.model.import({ input: wide }, options)) {
          if (event.type === 'progress') controller.abort();
        }
      })();
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
      expect(inLibrary()).toEqual(before);
    },
    MINUTES,
  );

  it(
    'survives the end of its engine: what was half written is swept with the next import',
    async () => {
      const { id } = await importing(checkpoint);
      await client.model.remove({ model: id, confirm: true });
      const children: ReturnType<typeof forkEngine>[] = [];
      const adapter = nodeAdapter('cli');
      const doomed = assemble(adapter, {
        spawnEngine: () => {
          children.push(forkEngine(engineEntry(), engineEnvironment(adapter)));
          return children.at(-1)!;
        },
      });
      const killed = (async () => {
        for await (const event of await doomed.client.model.import({ input: wide })) {
          if (event.type === 'progress' && event.progress.stage === 'Importing') children[0].kill();
        }
      })();
      await expect(killed).rejects.toMatchObject({ code: 'unavailable' });
      await doomed.close();
      expect(inLibrary()).toEqual([expect.stringMatching(/^\.incoming-/)]);
      expect(await client.model.library()).toEqual([]);
      expect((await importing(checkpoint)).isNew).toBe(true);
      expect(inLibrary()).toEqual([id]);
    },
    MINUTES,
  );
});
