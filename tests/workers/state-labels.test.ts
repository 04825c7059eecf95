import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 60_000;

describe('states that are no column of the file', () => {
  const workbench = openWorkbench('state-labels');
  const { client, at, finish } = workbench;
  const states = ['stem', 'myeloid', 'lymphoid'];
  const cells = makeCells({ nCells: 240, nGenes: 200, nDonors: 2, states, seed: 21 });

  beforeAll(async () => {
    await writeH5ad(at('cells.h5ad'), cells);
    await client.project.create({ path: at('p.gcwproj'), passphrase: 'some cells' });
    await finish(client.dataset.import({ input: [at('cells.h5ad')], labelColumn: 'cell_type', donorColumn: 'donor' }));
    await finish(client.preprocess.run({ dataset: 'latest', profile: 'none', minCellsPerGene: 3 }));
    await finish(client.model.pretrain({ tokens: 'latest', preset: 'demo', epochs: 1 }));
  }, MINUTES);

  afterAll(() => workbench.remove());

  it(
    'are refused where no map was made, then taught, screened and ranked like any other',
    async () => {
      const taught = { model: 'latest', tokens: 'latest', labelColumn: 'clusters', epochs: 1 } as const;
      await expect(finish(client.training.finetune(taught))).rejects.toThrow('no map with clusters yet');
      const map = await finish(client.dataset.map({ dataset: 'latest' }));
      await finish(client.training.finetune(taught));
      const model = (await client.model.list()).at(-1)!;
      expect(model).toMatchObject({ title: 'Classifier of @clusters', labelColumn: '@clusters' });
      expect(model.labels).toContain('Cluster 1');
      const { artifact, commands } = await client.artifact.provenance({ id: model.id });
      expect(artifact.inputs).toContain(map.layoutId);
      expect(commands.at(-1)).toContain('--label-column @clusters --label-source ');

      const sizes = await client.dataset.groupSizes({ dataset: 'latest', column: '@clusters' });
      expect(sizes.groups).toBe(map.layoutId);
      expect(sizes.states.reduce((sum, { nCells }) => sum + nCells, 0)).toBe(240);

      // A newer map does not change what the classifier was taught.
      await finish(client.dataset.map({ dataset: 'latest', resolution: 2 }));
      const screened = await finish(
        client.screen.run({
          model: 'latest',
          tokens: 'latest',
          labelColumn: '@clusters',
          start: 'Cluster 1',
          stateGroups: { rest: ['Cluster 2', 'Cluster 3'] },
          goals: ['rest'],
          operators: ['mask'],
          nCells: 4,
          nNullGenes: 20,
          donorColumn: 'donor',
          subgroupColumn: 'cell_type',
          readOut: 'probability-shift',
        }),
      );
      const screen = (await client.artifact.provenance({ id: String(screened.screenId) })).artifact;
      expect(screen.inputs).toContain(map.layoutId);
      expect(screen.config).toMatchObject({ labelColumn: '@clusters', labelSource: map.layoutId });
      await finish(client.ranking.run({ screen: 'latest', goal: 'rest', operator: 'mask' }));
      const { genes } = await client.ranking.rows({ ranking: 'latest' });
      expect(genes.length).toBeGreaterThan(0);
      expect(genes.some(({ goalFraction }) => goalFraction > 0)).toBe(true);
      expect(genes.every(({ goalFraction }) => goalFraction <= 1)).toBe(true);

      const [gene] = genes;
      expect(gene.rankMove).toMatchObject({ nCells: 4 });
      expect(gene.rankMove!.before).toBeLessThanOrEqual(gene.rankMove!.nGenes);
      expect(gene.rankMove).toMatchObject({ nApplied: gene.rankMove!.nBefore, nAfter: 0, after: null });
      const groups = await client.ranking.groupEffects({ ranking: 'latest', geneId: gene.geneId });
      const donors = groups.filter(({ kind }) => kind === 'donor');
      expect(donors.reduce((sum, { nCells }) => sum + nCells, 0)).toBe(4);
      for (const { name } of donors) expect(['1', '2']).toContain(name);
      const told = donors.reduce((sum, { effect, nTold }) => sum + (effect ?? 0) * nTold, 0);
      expect(told / donors.reduce((sum, { nTold }) => sum + nTold, 0)).toBeCloseTo(gene.effect, 6);
      expect(groups.filter(({ kind }) => kind === 'subgroup').every(({ name }) => states.includes(name))).toBe(true);
      const csv = (await client.ranking.exportGroups({ ranking: 'latest', format: 'csv' })).content.split('\r\n');
      expect(csv[0]).toBe(
        'rank,gene_id,symbol,group_kind,group,group_cells,told_by_cells,effect,effect_low,effect_high,' +
          'difference_from_others,difference_low,difference_high,difference_p_value,difference_fdr,difference_test',
      );
      expect(csv).toHaveLength(genes.length * groups.length + 2);
      for (const donor of new Set(
        cells.obs.flatMap((column) =>
          column.name === 'donor' && column.kind === 'categorical' ? column.categories : [],
        ),
      ))
        expect(csv.join()).not.toContain(`,${donor},`);
      const json = JSON.parse((await client.ranking.exportGroups({ ranking: 'latest', format: 'json' })).content);
      expect(json.effects).toHaveLength(genes.length * groups.length);
      await expect(client.ranking.groupEffects({ ranking: 'latest', geneId: 'nothing' })).rejects.toThrow(
        'not screened',
      );
    },
    2 * MINUTES,
  );

  it('refuse a map beside a column of the file', async () => {
    const both = { model: 'latest', tokens: 'latest', labelColumn: 'cell_type', labelSource: 'latest', epochs: 1 };
    await expect(client.training.finetune(both)).rejects.toThrow();
  });
});
