import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeMtx } from '../singlecell/io/support/write-mtx.ts';
import { openWorkbench } from '../support/open-workbench.ts';

const MINUTES = 60_000;
const HUMAN = [
  ['ENSG00000066336', 'SPI1'],
  ['ENSG00000102145', 'GATA1'],
] as const;
const MOUSE = [
  ['ENSMUSG00000002111', 'Spi1'],
  ['ENSMUSG00000031162', 'Gata1'],
] as const;

describe('import of several samples', () => {
  const workbench = openWorkbench('import-samples');
  const { client, at, finish } = workbench;

  beforeAll(async () => {
    await client.project.create({ path: at('samples.gcwproj'), passphrase: 'several samples' });
  }, MINUTES);

  afterAll(() => workbench.remove());

  it(
    'keeps one dataset with a sample column, and the command that makes it again',
    async () => {
      for (const [i, name] of ['S1', 'S2'].entries())
        writeMtx(at(`run/${name}/outs/filtered_feature_bc_matrix`), {
          cells: ['AAAC-1', 'AAAG-1'],
          genes: HUMAN,
          rows: [
            [1 + i, 2],
            [3, i],
          ],
        });
      expect((await client.dataset.inspect({ input: [at('run')] })).description).toBe(
        '10x folder v3, 2 samples, human, raw counts, 4 cells × 2 genes',
      );
      const input = [at('run/S1'), at('run/S2')];
      const made = await finish(
        client.dataset.import({ input, sampleNames: ['ctrl', 'stim'], donorColumn: 'sample', genes: 'union' }),
      );
      expect(made).toMatchObject({ nCells: 4, sampleColumn: 'sample', donorColumn: 'sample' });
      const [dataset] = await client.dataset.list();
      expect(dataset).toMatchObject({ name: 'S1 and 1 more', donorColumn: 'sample', nCells: 4 });
      expect(dataset.report.samples.map(({ name, nCells }) => [name, nCells])).toEqual([
        ['ctrl', 2],
        ['stim', 2],
      ]);
      // Donors are told by stand-ins, few cells not one by one.
      expect(dataset.obsColumns).toMatchObject([{ name: 'sample', kind: 'categorical', nDistinct: 2 }]);
      expect(dataset.obsColumns[0].categories).toEqual([{ value: '2 of fewer than 10 cells', nCells: 4 }]);
      const { commands } = await client.artifact.provenance({ id: dataset.id });
      expect(commands.join('\n')).toContain(
        `--donor-column sample --genes union --input ${input[0]} --input ${input[1]} --sample-names ctrl --sample-names stim`,
      );
    },
    MINUTES,
  );

  it(
    'keeps a dataset for each species of one file',
    async () => {
      writeMtx(at('barnyard'), {
        cells: ['h', 'm', 'x'],
        genes: [...HUMAN, ...MOUSE],
        rows: [
          [5, 6, 0, 0],
          [0, 0, 7, 8],
          [1, 1, 1, 1],
        ],
      });
      const made = await finish(client.dataset.import({ input: [at('barnyard')], species: 'both', name: 'Mix' }));
      expect(made.datasets).toMatchObject([
        { title: 'Mix (human)', species: 'human', nCells: 1, nGenes: 2 },
        { title: 'Mix (mouse)', species: 'mouse', nCells: 1, nGenes: 2 },
      ]);
      expect(made.speciesSplit).toEqual({ by: 'genes', human: 1, mouse: 1, leftOut: 1 });
      const [human, mouse] = made.datasets as { id: string }[];
      for (const { id } of [human, mouse]) {
        const { commands } = await client.artifact.provenance({ id });
        expect(commands.join('\n')).toContain('--name Mix --species both');
      }
      const genes = await client.dataset.expression({ dataset: mouse.id, gene: 'Gata1' });
      expect(genes.values.map((value) => value > 0)).toEqual([true]);
    },
    MINUTES,
  );

  it(
    'is refused as a whole where one sample cannot be read, and keeps nothing',
    async () => {
      const before = (await client.dataset.list()).length;
      writeMtx(at('bad/good'), { cells: ['a'], genes: HUMAN, rows: [[1, 1]] });
      writeMtx(at('bad/mouse'), { cells: ['b'], genes: MOUSE, rows: [[1, 1]] });
      await expect(finish(client.dataset.import({ input: [at('bad')] }))).rejects.toThrow(/two species/);
      expect(await client.dataset.list()).toHaveLength(before);
    },
    MINUTES,
  );
});
