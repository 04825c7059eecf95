import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 60_000;

describe('cells looked at without a model', () => {
  const workbench = openWorkbench('classical');
  const { client, at, finish } = workbench;
  const states = ['stem', 'myeloid', 'lymphoid'];
  const cells = makeCells({ nCells: 360, nGenes: 240, nDonors: 2, states, seed: 11 });
  const reference = makeCells({ nCells: 240, nGenes: 240, nDonors: 2, states, seed: 12 });
  let dataset = '';

  beforeAll(async () => {
    await writeH5ad(at('cells.h5ad'), cells);
    await writeH5ad(at('reference.h5ad'), reference);
    await client.project.create({ path: at('p.gcwproj'), passphrase: 'some cells' });
    const columns = { labelColumn: 'cell_type', donorColumn: 'donor' };
    await finish(client.dataset.import({ input: [at('reference.h5ad')], name: 'Reference', ...columns }));
    await finish(client.dataset.import({ input: [at('cells.h5ad')], name: 'Cells', ...columns }));
    dataset = (await client.dataset.list()).find(({ name }) => name === 'Cells')!.id;
  }, MINUTES);

  afterAll(() => workbench.remove());

  it(
    'are drawn as they are and corrected for batch, with how well it mixed',
    async () => {
      expect(await client.dataset.cellMap({ dataset })).toBeNull();
      expect(await finish(client.dataset.map({ dataset }))).toMatchObject({ nCells: 360, nPlaced: 0, mixing: null });
      const plain = (await client.dataset.cellMap({ dataset }))!;
      expect(plain).toMatchObject({ before: null, mixing: null, config: { resolution: 1 } });
      expect(plain.clusters).toHaveLength(360);
      expect(new Set(plain.clusters).size).toBe(Math.max(...plain.clusters) + 1);
      expect(new Set(plain.clusters.slice(180)).size).toBeGreaterThan(1);

      await finish(client.dataset.map({ dataset, batchColumn: 'donor', resolution: 0.5 }));
      const maps = await client.dataset.maps({ dataset });
      expect(maps).toHaveLength(2);
      const again = await finish(client.dataset.map({ dataset }));
      expect(again.layoutId).toBe(maps[0].id);
      const corrected = (await client.dataset.cellMap({ dataset }))!;
      expect(corrected.id).toBe(maps[1].id);
      expect(corrected.before!.x).toHaveLength(360);
      expect(corrected.before!.x).not.toEqual(corrected.x);
      expect(corrected.mixing!.nBatches).toBe(2);
      expect(corrected.mixing!.after).toBeGreaterThan(corrected.mixing!.before);
      expect((await client.dataset.cellMap({ dataset, map: maps[0].id }))!.x).toEqual(plain.x);
      const { methods, commands } = await client.artifact.provenance({ id: corrected.id });
      expect(methods).toContain('corrected for batch by mutual nearest neighbours');
      expect(commands.at(-1)).toMatch(/^gcw dataset map (?=.*--batch-column donor).*--resolution 0.5/);
      await expect(finish(client.dataset.map({ dataset, batchColumn: 'nothing' }))).rejects.toThrow(
        'no column "nothing"',
      );
    },
    MINUTES,
  );

  it(
    'have markers by annotation and by cluster, as a table and as CSV',
    async () => {
      const made = await finish(
        client.dataset.markers({ dataset, column: 'cell_type', blockColumn: 'donor', top: 20 }),
      );
      expect(made).toMatchObject({ column: 'cell_type', nGroups: 3, nCells: 360 });
      const { report, genes } = await client.dataset.markerTable({ markers: 'latest' });
      expect(report.groups.map(({ name, nDonors }) => [name, nDonors])).toEqual(states.map((name) => [name, 2]));
      const myeloid = genes[report.groups.findIndex(({ name }) => name === 'myeloid')];
      const planted = [...cells.truth.targets.myeloid, ...cells.truth.regulators.myeloid].map((i) => cells.genes[i].id);
      expect(myeloid.filter(({ geneId }) => planted.includes(geneId)).length).toBeGreaterThan(14);
      const csv = await client.dataset.exportMarkers({ markers: 'latest' });
      expect(csv.content.split('\r\n')[0]).toMatch(/^group,group_cells,group_donors,rank,gene_id,symbol,auc_mean/);
      expect(csv.content.split('\r\n').length).toBeGreaterThan(40);

      await finish(client.dataset.markers({ dataset, column: 'clusters' }));
      const reports = await client.dataset.markerReports({ dataset });
      expect(reports[1].column).toBe('Clusters');
      expect(reports[1].warnings[0]).toContain('description');
      const { artifact } = await client.artifact.provenance({ id: reports[1].id });
      expect(artifact.inputs).toHaveLength(2);
      await expect(client.dataset.markers({ dataset, column: 'labels' })).rejects.toThrow('no reference labels yet');
      await finish(client.dataset.markers({ dataset, column: 'donor' }));
      const byDonor = await client.dataset.markerTable({ markers: 'latest' });
      expect(byDonor.report.groups.map(({ name }) => name)).toEqual(['donor 1', 'donor 2']);
      await expect(client.dataset.markers({ dataset, column: 'progress' })).rejects.toThrow('not groups');
    },
    MINUTES,
  );

  it(
    'are labelled by another dataset, and the labels serve as groups',
    async () => {
      const [{ id: other }] = await client.dataset.list();
      const made = await finish(client.dataset.annotate({ dataset, reference: other, labelColumn: 'cell_type' }));
      expect(made).toMatchObject({ referenceTitle: 'Reference', nLabels: 3, nCells: 360, nGenesShared: 240 });
      const [report] = await client.dataset.labelReports({ dataset });
      expect(report.labels.map(({ name }) => name)).toEqual(states);
      const labels = await client.dataset.cellLabels({ labels: report.id });
      expect(labels.codes).toHaveLength(360);
      expect(labels.isUncertain.filter(Boolean)).toHaveLength(report.nUncertain);
      const table = await client.dataset.agreement({ labels: report.id, column: 'cell_type' });
      const right = table.counts.reduce((sum, row, i) => sum + row[table.columns.indexOf(table.rows[i])], 0);
      expect(right / 360).toBeGreaterThan(0.8);
      expect(table.adjustedRandIndex).toBeGreaterThan(0.5);
      const certain = await client.dataset.agreement({ labels: report.id, column: 'cell_type', certainOnly: true });
      expect(certain.counts.flat().reduce((sum, n) => sum + n, 0)).toBe(360 - report.nUncertain);
      const csv = await client.dataset.exportLabels({ labels: 'latest' });
      expect(csv.content.split('\r\n')[1]).toMatch(/^[^,]+,(stem|myeloid|lymphoid),0\.\d+,0(\.\d+)?,(true|false)$/);

      const groupings = await client.dataset.groupings({ dataset });
      expect(groupings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['annotation', 'clusters', 'labels']));
      await finish(client.dataset.markers({ dataset, column: '@labels', groups: report.id }));
      expect((await client.dataset.markerTable({ markers: 'latest' })).report.column).toBe('Labels from Reference');
      await expect(
        finish(client.dataset.annotate({ dataset, reference: dataset, labelColumn: 'cell_type' })),
      ).rejects.toThrow('its own reference');
    },
    MINUTES,
  );

  it(
    'may be only those that passed the quality rules',
    async () => {
      const tokens = await finish(client.preprocess.run({ dataset, profile: 'published', minCellsPerGene: 1 }));
      const nKept = (tokens as { nCellsKept: number }).nCellsKept;
      expect(nKept).toBeLessThan(360);
      expect(await finish(client.dataset.map({ dataset, tokens: 'latest', method: 'tsne' }))).toMatchObject({
        nCells: nKept,
        method: 't-SNE on 25 principal components',
      });
      expect((await client.dataset.cellMap({ dataset }))!.cellIndex).toHaveLength(nKept);
    },
    MINUTES,
  );
});
