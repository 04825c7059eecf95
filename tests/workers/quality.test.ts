import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QC_PROFILE_NAMES } from '#shared/domain/qc-profiles.ts';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';
import { writeH5ad } from '../support/write-h5ad.ts';

const MINUTES = 60_000;

describe('the quality check of a dataset', () => {
  const workbench = openWorkbench('quality');
  const { client, at, finish } = workbench;
  const cells = makeCells({ nCells: 480, nGenes: 240, nDonors: 3, states: ['progenitor', 'mature'], seed: 7 });

  beforeAll(async () => {
    await writeH5ad(at('cells.h5ad'), cells);
    await client.project.create({ path: at('checked.gcwproj'), passphrase: 'a planted truth' });
    await finish(client.dataset.import({ input: [at('cells.h5ad')], labelColumn: 'cell_type', donorColumn: 'donor' }));
  }, MINUTES);

  afterAll(() => workbench.remove());

  it('is not there before it was asked for, and a rule that needs it is refused with the next step', async () => {
    expect(await client.dataset.quality({ dataset: 'latest' })).toBeNull();
    await expect(client.preprocess.run({ dataset: 'latest', rules: { maxDoubletScore: 0.3 } })).rejects.toThrow(
      /doublets were not scored; run "gcw dataset check --dataset \w{12}" first/,
    );
  });

  it(
    'measures every cell, scores each donor as a run, and gives the stored check when asked again',
    async () => {
      const first = await client.dataset.check({ dataset: 'latest' });
      const summary = await finish(Promise.resolve(first));
      expect(summary).toMatchObject({ nCells: 480, nEmpty: 0, doubletsScored: true, nRuns: 3, nDonorWarnings: 0 });
      const check = (await client.dataset.quality({ dataset: 'latest' }))!;
      expect(check.config).toMatchObject({ donorColumn: 'donor', labelColumn: 'cell_type' });
      expect(check.report.doublets).toMatchObject({ runsFrom: 'donor', nNotScored: 0 });
      expect(check.report.doublets!.runs.map(({ code, nCells }) => [code, nCells])).toEqual([
        [0, 160],
        [1, 160],
        [2, 160],
      ]);
      expect(check.report.donors!.groups.map(({ nCells }) => nCells)).toEqual([160, 160, 160]);
      expect(check.report.samples).toBeNull();
      await finish(client.dataset.check({ dataset: 'latest' }));
      expect((await client.artifact.list({ kind: 'quality' })).map(({ id }) => id)).toEqual([check.id]);
    },
    MINUTES,
  );

  it(
    'says beforehand exactly how many cells preparing keeps, by rule, for every profile',
    async () => {
      const { report } = (await client.dataset.quality({ dataset: 'latest' }))!;
      const middle = (name: string) => report.measures.find(({ measure }) => measure === name)!.median!;
      for (const profile of QC_PROFILE_NAMES) {
        // The planted genes are few and mostly of no biotype.
        const rules = {
          maxDoubletScore: middle('doubletScore'),
          minCoreGenes: 1,
          minGenes: 100,
          minComplexity: null,
        };
        const counts = await client.dataset.qualityCounts({ profile, rules });
        const byDonor = counts.donors.reduce((sum, { nKept }) => sum + nKept, 0);
        expect(byDonor).toBe(counts.nKept);
        if (profile !== 'published' && profile !== 'culture') continue;
        const tokens = await finish(client.preprocess.run({ dataset: 'latest', profile, rules }));
        expect(tokens).toMatchObject({ nCells: 480, nCellsKept: counts.nKept, maskedBy: counts.maskedBy });
        expect(counts.maskedBy.maxDoubletScore).toBeGreaterThan(50);
      }
    },
    2 * MINUTES,
  );

  it('the tokens say which check gave the scores', async () => {
    const check = (await client.dataset.quality({ dataset: 'latest' }))!;
    const tokens = await client.artifact.get({ id: (await client.preprocess.list())[0].id });
    expect(tokens.inputs).toContain(check.id);
    const { commands, methods } = await client.artifact.provenance({ id: tokens.id });
    expect(commands.some((command) => command.startsWith('gcw dataset check'))).toBe(true);
    expect(methods).toContain('Scrublet');
  });

  it('names of donors stand in no report', async () => {
    const check = (await client.dataset.quality({ dataset: 'latest' }))!;
    expect(JSON.stringify(check.report)).not.toContain('donor-1');
  });

  it('is not told once its states are no longer open', async () => {
    expect(await client.dataset.quality({ dataset: 'latest' })).not.toBeNull();
    await client.dataset.setColumns({ dataset: 'latest', columnPrivacy: ['cell_type=restricted'] });
    expect(await client.dataset.quality({ dataset: 'latest' })).toBeNull();
    await client.dataset.setColumns({ dataset: 'latest', columnPrivacy: ['cell_type=open'] });
    expect(await client.dataset.quality({ dataset: 'latest' })).not.toBeNull();
  });

  it('refuses a private column as cell states', async () => {
    await expect(finish(client.dataset.check({ dataset: 'latest', labelColumn: 'donor' }))).rejects.toThrow(
      /named nowhere/,
    );
  });
});
