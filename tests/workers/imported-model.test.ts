import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_FILE, modelsFolder, VOCABULARY_FILE } from '#library/layout.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { writeSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import { float32Tensor, int64Tensor } from '#genecompass/checkpoint/stored-tensor.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { initialise } from '#genecompass/initialise.ts';
import { readModel } from '#genecompass/model-io.ts';
import type { Model } from '#genecompass/model.ts';
import { Project } from '#project/project.ts';
import { EMBEDDING_BLOBS } from '#project/stored/embedding-blobs.ts';
import { MODEL_BLOBS } from '#project/stored/result-blobs.ts';
import { TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import { readTokenIds } from '#workers/tokens-store.ts';
import type { LibraryModel } from '#shared/domain/library.ts';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { putLibraryModel } from '../support/library-model.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 60_000;
const PASSPHRASE = 'brought from outside';
/** Made-up mouse genes are in no list of protein-coding ones. */
const everyCell = { profile: 'none', rules: { minCoreGenes: 0 } } as const;
const STATES = ['progenitor', 'mature'];

const human = makeCells({ nCells: 200, nGenes: 90, nDonors: 2, states: STATES, seed: 7 });
const mouse = makeCells({ nCells: 80, nGenes: 90, states: STATES, seed: 8, species: 'mouse' });
const humanIds = human.genes.map(({ id }) => id).sort();
const mouseIds = mouse.genes.map(({ id }) => id).sort();
/** Half of the mouse genes have a human homolog. */
const homologs = new Map(mouseIds.filter((_, i) => i % 2 === 0).map((id) => [id, id.replace('ENSMUSG', 'ENSG')]));
/** All human genes but three; one mouse gene without a homolog. */
const medians = new Map(humanIds.slice(3).map((id, i) => [id, 1 + i / 64]));
medians.set(mouseIds[1], 2.5);

describe('jobs on an imported model', () => {
  const workbench = openWorkbench('imported');
  const { client, folder, finish } = workbench;
  const dataFolder = path.join(folder, 'data');
  const projectFile = path.join(folder, 'imported.gcwproj');
  let stored: LibraryModel;
  let published: Model;
  let modelId: string;
  let vocabularyId: string;

  /** What the project keeps, read with the engine at rest. */
  const reading = async <T>(read: (project: Project) => T): Promise<T> => {
    const project = await Project.open(projectFile, { passphrase: PASSPHRASE });
    try {
      return read(project);
    } finally {
      project.close();
    }
  };

  beforeAll(async () => {
    ({ stored, model: published } = await putLibraryModel(dataFolder, {
      title: 'Tiny published',
      genes: [...humanIds, ...mouseIds],
      homologs,
      medians,
    }));
    await writeH5ad(path.join(folder, 'human.h5ad'), human);
    await writeH5ad(path.join(folder, 'mouse.h5ad'), mouse);
    await client.project.create({ path: projectFile, passphrase: PASSPHRASE });
  }, MINUTES);

  afterAll(() => workbench.remove());

  it('is used in a project as two small artifacts, the same ones the second time', async () => {
    const used = await client.model.use({ model: stored.id.slice(0, 8) });
    modelId = used.modelId;
    vocabularyId = used.vocabularyId!;
    expect(used).toMatchObject({ title: 'Tiny published', warnings: [] });
    expect(await client.model.use({ model: 'latest' })).toEqual(used);
    expect(await client.model.list()).toMatchObject([
      {
        id: modelId,
        stage: 'pretrained',
        tokens: null,
        labels: null,
        imported: { model: stored.id, vocabulary: vocabularyId },
      },
    ]);
    expect(await client.model.history({ model: modelId })).toEqual([]);
    const { blobs } = await client.artifact.get({ id: modelId });
    expect(blobs.every(({ sizeBytes }) => sizeBytes < 1000)).toBe(true);
    const { methods, commands } = await client.artifact.provenance({ id: modelId });
    expect(methods).toContain(stored.files[0].sha256);
    expect(commands).toEqual([
      'gcw model import --input CHECKPOINT',
      `gcw model use --project PROJECT --model ${stored.id}`,
    ]);
  });

  it(
    'has cells prepared with its tokens, homologs and medians',
    async () => {
      await finish(
        client.dataset.import({
          input: [path.join(folder, 'human.h5ad')],
          labelColumn: 'cell_type',
          donorColumn: 'donor',
        }),
      );
      const ofHuman = await finish(
        client.preprocess.run({ dataset: 'latest', profile: 'none', vocabulary: vocabularyId, maxLength: 64 }),
      );
      expect(ofHuman).toMatchObject({ medians: 'imported', mediansFound: 87, mediansMissing: 3, homologsMapped: 0 });
      expect(ofHuman.vocabularyId).toBe(vocabularyId);
      const mouseData = await finish(client.dataset.import({ input: [path.join(folder, 'mouse.h5ad')] }));
      const ofMouse = await finish(
        client.preprocess.run({ dataset: 'latest', ...everyCell, vocabulary: vocabularyId, maxLength: 64 }),
      );
      expect(ofMouse).toMatchObject({ homologsMapped: 45, medians: 'imported' });
      expect(mouseData.species).toBe('mouse');
      await client.project.close();
      const tokenIds = await reading(({ artifacts }) =>
        readTokenIds(artifacts, artifacts.get(String(ofMouse.tokensId))),
      );
      await client.project.open({ path: projectFile, passphrase: PASSPHRASE });
      // No cell holds the mouse token of a gene with a homolog; both kinds of token occur.
      const withHomolog = new Set([...homologs.keys()].map((id) => 2 + humanIds.length + mouseIds.indexOf(id)));
      expect(tokenIds.some((token) => withHomolog.has(token))).toBe(false);
      expect(tokenIds.some((token) => token < 2 + humanIds.length)).toBe(true);
      expect(tokenIds.some((token) => token >= 2 + humanIds.length)).toBe(true);
    },
    2 * MINUTES,
  );

  it(
    'embeds cells as the published weights do, not as fresh ones',
    async () => {
      const tokens = (await client.preprocess.list())[0].id;
      const embedded = await finish(client.model.embed({ tokens, model: modelId }));
      expect(embedded).toMatchObject({ nCells: 200, width: 32 });
      await client.project.close();
      const { cells, stored: first } = await reading(({ artifacts }) => ({
        cells: artifacts.readTyped(String(embedded.embeddingsId), EMBEDDING_BLOBS.cells, 'float32'),
        stored: {
          offsets: artifacts.readTyped(tokens, TOKENS_BLOBS.offsets, 'float64'),
          tokenIds: readTokenIds(artifacts, artifacts.get(tokens)),
          values: artifacts.readTyped(tokens, TOKENS_BLOBS.values, 'float32'),
        },
      }));
      await client.project.open({ path: projectFile, passphrase: PASSPHRASE });
      const end = first.offsets[1];
      const cell = {
        tokenIds: first.tokenIds.subarray(0, end),
        values: first.values.subarray(0, end),
        species: 0 as const,
      };
      const direct = async (model: Model) => {
        const encoder = await createCellEncoder(model, ortRuntime());
        const { embeddings } = await encoder.encode([cell], 'cls');
        await encoder.dispose();
        return largestDifference(cells.subarray(0, 32), embeddings);
      };
      expect(await direct(published)).toBeLessThan(1e-4);
      const fresh = { ...published, parameters: initialise(published.config, { kind: 'masked' }, 99) };
      expect(await direct(fresh)).toBeGreaterThan(0.1);
    },
    MINUTES,
  );

  it(
    'is fine-tuned and screened with its own weights and prior tables',
    async () => {
      const tokens = (await client.preprocess.list())[0].id;
      const labelled = { tokens, labelColumn: 'cell_type', donorColumn: 'donor' };
      const tuned = await finish(
        client.training.finetune({ ...labelled, model: modelId, epochs: 1, learningRate: 1e-6 }),
      );
      const tunedId = String(tuned.modelId);
      // The engine reads it where it lies, in the project.
      const inputs = path.join(folder, 'inputs.safetensors');
      const tensors = new Map([
        ['input_ids', int64Tensor([5, 4, 3, 2], [1, 4])],
        ['values', float32Tensor(Float32Array.of(4, 3, 2, 1), [1, 4])],
      ]);
      writeFileSync(inputs, writeSafetensors(tensors));
      const request = { model: tunedId, inputs, out: path.join(folder, 'out.safetensors'), outputs: ['cls_embedding'] };
      for await (const event of await client.model.forward(request)) {
        if (event.type === 'done') expect(event.result.outputs).toEqual([{ name: 'cls_embedding', shape: [1, 32] }]);
      }
      const screen = await finish(
        client.screen.run({
          ...labelled,
          model: tunedId,
          start: 'progenitor',
          goals: ['mature'],
          nCells: 8,
          nNullGenes: 20,
        }),
      );
      expect(Number(screen.nGenes)).toBeGreaterThan(0);
      await finish(client.ranking.run({ screen: String(screen.screenId), goal: 'mature' }));
      const { methods } = await client.artifact.provenance({ id: 'latest' });
      expect(methods).toContain('was imported');
      expect(methods).toContain('gene medians were imported');

      await client.project.close();
      const kept = await reading(({ artifacts }) =>
        readModel(artifacts.read(tunedId, MODEL_BLOBS.parameters), 'tuned'),
      );
      await client.project.open({ path: projectFile, passphrase: PASSPHRASE });
      expect(kept.model.priors).toEqual(published.priors);
      expect(kept.model.config.priors.map(({ name }) => name)).toEqual([
        'promoter',
        'co_exp',
        'gene_family',
        'peca_grn',
      ]);
      expect(kept.model.homologIndex).toEqual(published.homologIndex);
      // So small a learning rate hardly moves the trunk: what is kept is the imported model, not a fresh one.
      for (const [name, values] of kept.model.parameters) {
        const original = published.parameters.get(name);
        if (original?.length === values.length) expect(largestDifference(values, original)).toBeLessThan(1e-3);
      }
    },
    3 * MINUTES,
  );

  it(
    'is fine-tuned and screened on mouse cells, genes with a homolog under their human token',
    async () => {
      const tokens = (await client.preprocess.list())[1].id;
      const labelled = { tokens, labelColumn: 'cell_type' };
      const tuned = await finish(client.training.finetune({ ...labelled, model: modelId, epochs: 1 }));
      const screen = await finish(
        client.screen.run({
          ...labelled,
          model: String(tuned.modelId),
          start: 'progenitor',
          goals: ['mature'],
          genes: [...homologs.keys()].slice(0, 3),
          nCells: 8,
          minDetections: 1,
          nNullGenes: 20,
        }),
      );
      await finish(client.ranking.run({ screen: String(screen.screenId), goal: 'mature' }));
      const { genes } = await client.ranking.rows({ ranking: 'latest' });
      expect(genes.map(({ geneId }) => geneId).sort()).toEqual([...homologs.keys()].slice(0, 3));
    },
    2 * MINUTES,
  );

  it(
    'is trained further, whatever the preset says',
    async () => {
      const tokens = (await client.preprocess.list())[0].id;
      const further = await finish(
        client.model.pretrain({
          tokens,
          startFrom: modelId,
          preset: 'small',
          epochs: 1,
          maxSteps: 2,
          learningRate: 1e-6,
        }),
      );
      expect(further).toMatchObject({ nLayers: 2, width: 32, startedFrom: { id: modelId }, nSteps: 2 });
      const id = String(further.modelId);
      const { methods, chain } = await client.artifact.provenance({ id });
      expect(methods).toContain('was trained further on these cells');
      expect(chain.map((each) => each.id)).toContain(modelId);
      await client.project.close();
      const kept = await reading(({ artifacts }) => readModel(artifacts.read(id, MODEL_BLOBS.parameters), 'further'));
      await client.project.open({ path: projectFile, passphrase: PASSPHRASE });
      expect(kept.model.priors).toEqual(published.priors);
      const fineTuned = (await client.model.list()).find(({ stage }) => stage === 'fine-tuned')!;
      await expect(
        finish(client.model.pretrain({ tokens, startFrom: fineTuned.id, maxSteps: 1 })),
      ).rejects.toMatchObject({ code: 'invalid-input' });
    },
    2 * MINUTES,
  );

  it(
    'refuses cells of another vocabulary',
    async () => {
      const own = await finish(client.preprocess.run({ dataset: 'latest', ...everyCell, maxLength: 64 }));
      await expect(
        finish(client.model.pretrain({ tokens: String(own.tokensId), startFrom: modelId, maxSteps: 1 })),
      ).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/vocabulary/) });
    },
    MINUTES,
  );

  it('with a classifier is listed with its states, and has no report', async () => {
    const { stored: classifier } = await putLibraryModel(dataFolder, {
      title: 'Published classifier',
      heads: { kind: 'classifier', classes: 3 },
    });
    const { modelId: id } = await client.model.use({ model: classifier.id });
    expect((await client.model.list()).find((each) => each.id === id)).toMatchObject({
      stage: 'fine-tuned',
      labels: ['state 1', 'state 2', 'state 3'],
    });
    await expect(client.training.report({ model: id })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/fine-tuned elsewhere/),
    });
  });

  it('without a token dictionary says what it cannot do; with a damaged one it is refused', async () => {
    const bare = await putLibraryModel(dataFolder, { title: 'Bare', hasVocabulary: false, seed: 11 });
    expect(await client.model.use({ model: bare.stored.id })).toMatchObject({
      vocabularyId: null,
      warnings: [expect.stringMatching(/^Bare: it came without a token dictionary/)],
    });
    const damaged = await putLibraryModel(dataFolder, { title: 'Damaged', seed: 12 });
    writeFileSync(path.join(modelsFolder(dataFolder), damaged.stored.id, VOCABULARY_FILE), '{}');
    const nBefore = (await client.artifact.list({})).length;
    await expect(client.model.use({ model: damaged.stored.id })).rejects.toMatchObject({ code: 'data-format' });
    expect((await client.artifact.list({})).length).toBe(nBefore);
  });

  it(
    'is refused once its file was changed, and once it is gone',
    async () => {
      const tokens = (await client.preprocess.list())[0].id;
      const again = () => finish(client.model.pretrain({ tokens, startFrom: modelId, epochs: 0 }));
      const file = path.join(modelsFolder(dataFolder), stored.id, MODEL_FILE);
      writeFileSync(file, Buffer.alloc(stored.files[0].sizeBytes));
      await expect(again()).rejects.toMatchObject({
        code: 'data-format',
        message: expect.stringMatching(/not what was stored.*import it again/),
      });
      await expect(client.model.remove({ model: stored.id })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/the open project uses it/),
      });
      expect(await client.model.remove({ model: stored.id, confirm: true })).toMatchObject({ id: stored.id });
      await expect(again()).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringMatching(/gcw model import/),
      });
      // Cells stay readable: the token dictionary is in the project.
      expect((await client.preprocess.list())[0].vocabulary).toBe(vocabularyId);
    },
    MINUTES,
  );
});

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}
