import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PreparedProject, prepareProject } from '#tests/faults/support/prepared-project.ts';
import { PASSPHRASE } from '#tests/faults/support/command-line.ts';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';

const MINUTES = 60_000;

describe('a closer look at genes of a stored screen', () => {
  const workbench = openWorkbench('follow-up');
  const { client, finish } = workbench;
  const cells = makeCells({ nCells: 240, nGenes: 160, nDonors: 4, states: ['progenitor', 'mature'], seed: 7 });
  let prepared: PreparedProject;
  let genes: string[];

  beforeAll(async () => {
    prepared = await prepareProject('ranking', cells);
    await client.project.open({ path: prepared.copy('follow-up'), passphrase: PASSPHRASE });
    genes = (await client.ranking.rows({ ranking: 'latest' })).genes.slice(0, 3).map(({ symbol }) => symbol);
  }, 4 * MINUTES);

  afterAll(async () => {
    await workbench.remove();
    prepared?.remove();
  });

  it(
    'finds doses, combinations and responding genes, and keeps them',
    async () => {
      const wish = {
        screen: 'latest',
        genes,
        combinations: ['raise' as const, 'mixed' as const],
        triples: [genes.join('+')],
        nNullPerturbations: 6,
        nPermutations: 199,
      };
      const foretold = await client.followUp.estimate(wish);
      const summary = await finish(client.followUp.run(wish));
      expect(summary).toMatchObject({ genes, nCells: 4 });
      expect(Number(summary.nPasses)).toBeGreaterThan(0);
      expect(Number(summary.nPasses)).toBeLessThanOrEqual(foretold.total);
      expect(foretold.cost).toMatchObject({ nGenes: 3, nCells: 4, fallback: null, warnings: [] });
      expect(foretold.cost.passes).toEqual({ from: Number(summary.nPasses), to: Number(summary.nPasses) });
      expect(foretold.cost.words).toMatch(/^Time: .* Memory: \d+ MB\. Disk: /);

      const result = await client.followUp.show({ followUp: 'latest' });
      expect(result.genes.map(({ symbol }) => symbol)).toEqual(genes);
      const raised = result.series.filter(({ kind, goal }) => kind === 'raise' && goal === 'mature');
      expect(raised.map(({ gene }) => gene)).toEqual(genes);
      for (const { points } of raised) expect(points.at(-1)!.at).toBe(1);
      const sets = result.combinations.filter(({ goal }) => goal === 'mature').map(({ genes: set }) => set.length);
      expect(sets).toContain(3);
      for (const { found, expected, interaction } of result.combinations)
        expect(found.mean - expected.mean).toBeCloseTo(interaction.mean, 6);
      expect(result.responses.map(({ gene }) => gene)).toEqual(genes);
      for (const response of result.responses) {
        expect(response.genes.length).toBeLessThanOrEqual(50);
        expect(response.genes.map(({ symbol }) => symbol)).not.toContain(response.gene);
      }

      const [info] = await client.followUp.list();
      expect(info).toMatchObject({ genes, screen: (await client.screen.list())[0].id });
      const csv = await client.followUp.export({ followUp: 'latest', table: 'combinations' });
      expect(csv.content.split('\r\n')[0]).toMatch(/^goal,kind,gene_1,gene_2,gene_3,n_cells/);
      const json = await client.followUp.export({ followUp: 'latest', format: 'json' });
      expect(JSON.parse(json.content)).toEqual(JSON.parse(JSON.stringify(result)));
      const { commands, methods } = await client.artifact.provenance({ id: info.id });
      expect(commands.at(-1)).toContain('gcw follow-up run');
      expect(methods).toContain(genes[0]);
    },
    4 * MINUTES,
  );

  it(
    'names the over-expression of the screen as one of its conditions, with the same effect',
    async () => {
      const { genes: ranked } = await client.ranking.rows({ ranking: 'latest' });
      const { series } = await client.followUp.show({ followUp: 'latest' });
      for (const gene of genes) {
        const { effect } = ranked.find(({ symbol }) => symbol === gene)!;
        const atDose = series
          .find((one) => one.gene === gene && one.kind === 'raise' && one.goal === 'mature')!
          .points.find(({ at }) => at === 0.9);
        // Where percentiles coincide the dose has the name of the lower one.
        if (atDose) expect(atDose.effect.mean).toBeCloseTo(effect, 6);
      }
    },
    MINUTES,
  );

  it(
    'refuses genes that are not of the screen, before any pass',
    async () => {
      await expect(finish(client.followUp.run({ screen: 'latest', genes: ['NOT-A-GENE'] }))).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringContaining('NOT-A-GENE'),
      });
    },
    MINUTES,
  );
});
