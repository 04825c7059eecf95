import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobRef } from '#shared/domain/job-ref.ts';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 60_000;

describe('the main job on cells with a planted regulator', () => {
  const workbench = openWorkbench('main-job');
  const { client, at, finish } = workbench;
  const cells = makeCells({ nCells: 360, nGenes: 240, nDonors: 4, states: ['progenitor', 'mature'], seed: 7 });
  const planted = cells.truth.regulators[cells.truth.goalState].map((gene) => cells.genes[gene].symbol);

  beforeAll(async () => {
    await writeH5ad(at('cells.h5ad'), cells);
    await client.project.create({ path: at('planted.gcwproj'), passphrase: 'a planted truth' });
  }, MINUTES);

  afterAll(() => workbench.remove());

  it('says what the file holds before anything is imported', async () => {
    const inspection = await client.dataset.inspect({ input: [at('cells.h5ad')] });
    expect(inspection).toMatchObject({ format: 'h5ad', nCells: 360, nGenes: 240, species: 'human' });
    expect(await client.dataset.list()).toEqual([]);
  });

  it(
    'finds the planted regulator and keeps every step',
    async () => {
      const imported = await finish(
        client.dataset.import({
          input: [at('cells.h5ad')],
          labelColumn: 'cell_type',
          donorColumn: 'donor',
        }),
      );
      expect(imported).toMatchObject({
        nCells: 360,
        species: 'human',
        labelColumns: expect.arrayContaining(['cell_type']),
      });

      const tokens = await finish(client.preprocess.run({ dataset: 'latest', profile: 'none', minCellsPerGene: 3 }));
      expect(tokens).toMatchObject({ nCells: 360, medians: 'own' });

      const { jobId } = await client.model.pretrain({ tokens: 'latest', preset: 'demo', epochs: 1 });
      await finish(
        client.training.finetune({
          model: jobRef(jobId),
          tokens: 'latest',
          labelColumn: 'cell_type',
          donorColumn: 'donor',
          epochs: 4,
        }),
      );
      const report = await client.training.report({ model: 'latest' });
      expect(report.split).toBe('held-out-donor');
      expect(report.baselines.map(({ method }) => method)).toHaveLength(3);
      expect(report.model.macroF1).toBeGreaterThan(0.7);

      const screen = await finish(
        client.screen.run({
          model: 'latest',
          tokens: 'latest',
          labelColumn: 'cell_type',
          donorColumn: 'donor',
          start: 'progenitor',
          goals: ['mature'],
          operators: ['over-express', 'mask', 'remove'],
          nCells: 16,
        }),
      );
      await finish(client.ranking.run({ screen: String(screen.screenId), goal: 'mature', knownRegulators: planted }));
      const { genes, report: ranking } = await client.ranking.rows({ ranking: 'latest' });
      const found = genes.find(({ symbol }) => symbol === planted[0])!;
      expect(found.isKnown).toBe(true);
      expect(found.effect).toBeGreaterThan(0);
      expect(found.rank).toBe(1);
      expect(found.rankByModel).toBeLessThanOrEqual(3);
      expect(ranking.recall.map(({ method }) => method)).toContain('fold-change');

      const csv = await client.ranking.export({ ranking: 'latest', format: 'csv' });
      expect(csv.content.split('\n')[0]).toMatch(/^rank,gene_id,symbol,effect,fdr/);
      const html = await client.ranking.export({ ranking: 'latest', format: 'html' });
      expect(html.content).not.toMatch(/<script|https?:\/\/(?!doi)/);
      const { commands, methods } = await client.artifact.provenance({ id: 'latest' });
      expect(commands.at(-1)).toContain('gcw ranking run');
      expect(methods).toContain('360 human cells');
    },
    4 * MINUTES,
  );

  it(
    'joins two rankings into one order and tells how far they agree',
    async () => {
      const [{ id, screen }] = await client.ranking.list();
      await finish(client.ranking.run({ screen, goal: 'mature' }));
      const rankings = [id, (await client.ranking.list()).find((one) => one.id !== id)!.id];
      await finish(client.consensus.run({ rankings }));
      const { genes, report } = await client.consensus.rows({ consensus: 'latest' });
      expect(report).toMatchObject({ kendallW: 1, method: 'model', nShared: genes.length });
      expect(report.pairs[0].spearman).toBeCloseTo(1, 12);
      expect(report.warnings.join(' ')).toContain('same cells');
      expect(genes.map(({ rank }) => rank)).toEqual(genes.map((_, i) => i + 1));
      const { content } = await client.consensus.export({ consensus: 'latest' });
      expect(content.startsWith('rank,gene_id,symbol,rho,')).toBe(true);
      expect((await client.artifact.provenance({ id: 'latest' })).methods).toContain('robust rank aggregation');
    },
    MINUTES,
  );

  it(
    'gives the stored result when the same step is asked for again',
    async () => {
      const before = (await client.artifact.list({})).length;
      await finish(client.preprocess.run({ dataset: 'latest', profile: 'none', minCellsPerGene: 3 }));
      expect((await client.artifact.list({})).length).toBe(before);
    },
    MINUTES,
  );

  it('reads the genes of a dataset by any name', async () => {
    const resolved = await client.dataset.resolveGenes({ dataset: 'latest', genes: [planted[0], 'NOT-A-GENE'] });
    expect(resolved.matched.map(({ gene }) => gene.symbol)).toEqual([planted[0]]);
    expect(resolved.missing.map(({ input }) => input)).toEqual(['NOT-A-GENE']);
  });

  it(
    'refuses a start state without cells and a gene set nobody expresses, and the project is unharmed',
    async () => {
      const base = { model: 'latest', tokens: 'latest', labelColumn: 'cell_type', goals: ['mature'], nCells: 8 };
      await expect(finish(client.screen.run({ ...base, start: 'neuron' }))).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringContaining('progenitor'),
      });
      await expect(
        finish(client.screen.run({ ...base, start: 'progenitor', genes: ['ZZZ3', 'HBB'] })),
      ).rejects.toMatchObject({
        code: 'not-found',
      });
      expect((await client.ranking.rows({ ranking: 'latest' })).genes.length).toBeGreaterThan(0);
    },
    MINUTES,
  );

  it(
    'does not run what waits for a job that was cancelled',
    async () => {
      const { jobId } = await client.model.pretrain({ tokens: 'latest', preset: 'demo', epochs: 2 });
      const waiting = client.training.finetune({ model: jobRef(jobId), tokens: 'latest', labelColumn: 'cell_type' });
      await client.jobs.cancel({ jobId });
      await expect(finish(waiting)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('cancelled'),
      });
    },
    MINUTES,
  );

  it('keeps an intact record of who did what', async () => {
    const { intact, entries } = await client.project.audit();
    expect(intact).toBe(true);
    expect(entries[0].what).toBe('project created');
  });
});
