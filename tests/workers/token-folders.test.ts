import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from '#project/project.ts';
import { TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import { readTokenIds } from '#workers/tokens-store.ts';
import { ImportReport } from '#shared/domain/dataset.ts';
import { openTokenSource } from '#singlecell/io/hf-arrow/token-source.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { workResult } from '../support/work-result.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 60_000;
const PASSPHRASE = 'tokens in and out';

describe('prepared cells leave and come back as folders of the library "datasets"', () => {
  const workbench = openWorkbench('token-folders');
  const { client, at, finish } = workbench;
  const cells = makeCells({ nCells: 240, nGenes: 160, nDonors: 4, states: ['progenitor', 'mature'], seed: 7 });
  const projectFile = at('tokens.gcwproj');
  let original: string;

  beforeAll(async () => {
    await writeH5ad(at('cells.h5ad'), cells);
    await client.project.create({ path: projectFile, passphrase: PASSPHRASE });
    await finish(client.dataset.import({ input: [at('cells.h5ad')], labelColumn: 'cell_type', donorColumn: 'donor' }));
    await finish(client.preprocess.run({ dataset: 'latest', profile: 'none' }));
    original = (await client.preprocess.list())[0].id;
  }, MINUTES);

  afterAll(() => workbench.remove());

  /** Tokens, values and species of a token set. */
  const blobs = async (id: string) => {
    const project = await Project.open(projectFile, { passphrase: PASSPHRASE });
    try {
      const { artifacts } = project;
      return {
        offsets: artifacts.readTyped(id, TOKENS_BLOBS.offsets, 'float64'),
        tokenIds: readTokenIds(artifacts, artifacts.get(id)),
        values: artifacts.readTyped(id, TOKENS_BLOBS.values, 'float32'),
        species: artifacts.readTyped(id, TOKENS_BLOBS.species, 'uint8'),
        cellIndex: artifacts.readTyped(id, TOKENS_BLOBS.cellIndex, 'int32'),
      };
    } finally {
      project.close();
    }
  };

  it(
    'as GeneCompass writes them: bit by bit the same cells, without being asked no annotation',
    async () => {
      const plain = await workResult(client.tokens.export({ tokens: original, out: at('plain') }));
      expect(plain).toMatchObject({ nCells: 240, nFiles: 1, columns: [], genesLeftOut: 0, tokensLeftOut: 0 });
      expect(plain.warnings[0]).toMatch(/in the clear/);
      expect((await openTokenSource(await diskPlace(at('plain')))).obsNames).toEqual([]);
      expect(readdirSync(at('plain')).sort()).toEqual([
        'data-00000-of-00001.arrow',
        'dataset_info.json',
        'sorted_length.pickle',
        'state.json',
        'token_dictionary.json',
      ]);

      await workResult(client.tokens.export({ tokens: original, out: at('labelled'), columns: ['cell_type'] }));
      const inspection = await client.tokens.inspect({ input: at('labelled') });
      expect(inspection).toMatchObject({ format: 'genecompass', nCells: 240, nFiles: 1, obsColumns: ['cell_type'] });
      expect(inspection.description).toMatch(/^GeneCompass tokens, 1 file, 240 cells, tokens up to 161, .*zeros$/);

      const [{ vocabulary }] = await client.preprocess.list();
      const report = await finish(
        client.tokens.import({ input: at('labelled'), vocabulary, labelColumn: 'cell_type', maxLength: 2048 }),
      );
      expect(report).toMatchObject({ nCells: 240, nCellsKept: 240, medians: 'imported' });
      const imported = (await client.preprocess.list()).at(-1)!;
      expect(imported.vocabulary).toBe(vocabulary);
      expect(await blobs(imported.id)).toEqual(await blobs(original));
      const dataset = (await client.dataset.list()).at(-1)!;
      expect(ImportReport.parse(dataset.report)).toMatchObject({ labelColumns: ['cell_type'], species: 'human' });
      expect(dataset).toMatchObject({ id: imported.dataset, labelColumn: 'cell_type' });
    },
    2 * MINUTES,
  );

  it(
    'and are embedded, trained on, screened and ranked like cells prepared here',
    async () => {
      await finish(client.model.pretrain({ tokens: 'latest', preset: 'demo', epochs: 1 }));
      await finish(client.model.embed({ model: 'latest', tokens: 'latest' }));
      await finish(
        client.training.finetune({ model: 'latest', tokens: 'latest', labelColumn: 'cell_type', epochs: 3 }),
      );
      expect((await client.training.report({ model: 'latest' })).baselines).toHaveLength(3);
      const screen = await finish(
        client.screen.run({
          model: 'latest',
          tokens: 'latest',
          labelColumn: 'cell_type',
          start: 'progenitor',
          goals: ['mature'],
          operators: ['mask'],
          nCells: 8,
        }),
      );
      await finish(client.ranking.run({ screen: String(screen.screenId), goal: 'mature', operator: 'mask' }));
      const { methods, commands } = await client.artifact.provenance({ id: 'latest' });
      expect(methods).toMatch(/240 human cells that had been rank-value encoded elsewhere/);
      expect(methods).toMatch(/Tokens and values were taken as imported/);
      expect(commands.join('\n')).toMatch(/gcw tokens import .*--input/);
    },
    3 * MINUTES,
  );

  it(
    'with the dictionary that lies beside them, which is known again',
    async () => {
      await finish(
        client.tokens.import({ input: at('plain'), dictionary: path.join(at('plain'), 'token_dictionary.json') }),
      );
      const [first, ...others] = await client.preprocess.list();
      expect(others.at(-1)!.vocabulary).toBe(first.vocabulary);
    },
    MINUTES,
  );

  it(
    'as Geneformer writes them: its numbers, its frame, no values',
    async () => {
      const ids = cells.genes.map(({ id }) => id).sort();
      const dictionary = { '<pad>': 0, '<mask>': 1, '<cls>': 2, '<eos>': 3 } as Record<string, number>;
      // Backwards and without the last three genes.
      ids.slice(0, -3).forEach((id, i) => (dictionary[id] = ids.length - i));
      writeFileSync(at('geneformer.json'), JSON.stringify(dictionary));
      const report = await workResult(
        client.tokens.export({
          tokens: original,
          out: at('geneformer'),
          format: 'geneformer',
          dictionary: at('geneformer.json'),
        }),
      );
      expect(report.genesLeftOut).toBe(3);
      expect(report.tokensLeftOut).toBeGreaterThan(0);
      expect(report.warnings.join(' ')).toMatch(/<cls> and <eos>/);
      const { offsets, tokenIds } = await blobs(original);
      const expected = [2];
      for (const token of tokenIds.subarray(offsets[0], offsets[1]))
        if (ids[token - 2] in dictionary) expected.push(dictionary[ids[token - 2]]);
      expected.push(3);
      const source = await openTokenSource(await diskPlace(at('geneformer')));
      const { value: batch } = await source.batches().next();
      expect(Array.from(batch!.ids.values).slice(0, expected.length)).toEqual(expected);
      expect(batch!.lengths![0]).toBe(expected.length);
      expect([source.hasValues, source.hasSpecies]).toEqual([false, false]);

      await finish(client.tokens.import({ input: at('geneformer'), dictionary: at('geneformer.json') }));
      const imported = await blobs((await client.preprocess.list()).at(-1)!.id);
      expect(Array.from(imported.tokenIds.subarray(0, imported.offsets[1]))).toEqual(expected.slice(1, -1));
      expect(new Set(imported.values)).toEqual(new Set([1]));
      expect((await client.dataset.list()).at(-1)!.report.warnings.join(' ')).toMatch(/no expression values/);
    },
    MINUTES,
  );

  it('tell the audit log that they left, and take donors along for nobody', async () => {
    const entries = (await client.project.audit({})).entries.filter(({ what }) => /exported/.test(what));
    expect(entries.map(({ what }) => what)).toEqual([
      'tokens exported as genecompass',
      'tokens exported as genecompass',
      'tokens exported as geneformer',
    ]);
    expect(entries[1].details).toMatchObject({ id: original, nCells: 240, columns: ['cell_type'] });
    await expect(
      workResult(client.tokens.export({ tokens: original, out: at('donors'), columns: ['donor'] })),
    ).rejects.toThrow(/"donor" is limited .* holds donors/);
    await expect(workResult(client.tokens.export({ tokens: original, out: at('plain') }))).rejects.toThrow(
      /choose a new folder/,
    );
    expect(readdirSync(workbench.folder).filter((name) => /donors|part/.test(name))).toEqual([]);
  });

  it('have no report of gene names', async () => {
    await expect(client.dataset.genes({ dataset: 'latest' })).rejects.toThrow(/imported as tokens/);
  });

  it('refuse to be prepared anew, or read with a vocabulary that is not theirs', async () => {
    await expect(finish(client.preprocess.run({ dataset: 'latest', profile: 'none' }))).rejects.toThrow(/no counts/);
    const small = { '<pad>': 0, '<mask>': 1, [cells.genes[0].id]: 2 };
    writeFileSync(at('small.json'), JSON.stringify(small));
    await expect(finish(client.tokens.import({ input: at('plain'), dictionary: at('small.json') }))).rejects.toThrow(
      /^data-00000-of-00001\.arrow: input_ids, row 1: token \d+ is none of the 3 of the vocabulary/,
    );
    await expect(finish(client.tokens.import({ input: at('plain') }))).rejects.toThrow(/^Vocabulary: none is given/);
    expect(readFileSync(path.join(at('plain'), 'state.json'), 'utf8')).toContain('_data_files');
  });
});
