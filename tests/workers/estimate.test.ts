import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSPHRASE } from '#tests/faults/support/command-line.ts';
import { type PreparedProject, prepareProject } from '#tests/faults/support/prepared-project.ts';
import type { JobEvent } from '#shared/domain/job.ts';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import { makeCells } from '../support/make-cells.ts';
import { openWorkbench } from '../support/open-workbench.ts';

const MINUTES = 60_000;

describe('what a screen takes, told before it starts', () => {
  const workbench = openWorkbench('estimate');
  const { client } = workbench;
  let prepared: PreparedProject;
  const wish = (changes: Partial<ScreenConfig> = {}) => ({
    model: 'latest',
    tokens: 'latest',
    labelColumn: 'cell_type',
    start: 'progenitor',
    goals: ['mature'],
    genes: 'all' as const,
    nCells: 12,
    nNullGenes: 20,
    nExact: 10,
    ...changes,
  });
  /** Runs a screen. Answer: its summary and what its log said. */
  async function run(asked: ReturnType<typeof wish>) {
    const { jobId } = await client.screen.run(asked);
    const log: string[] = [];
    for await (const event of await client.jobs.watch({ jobId }))
      if ((event as JobEvent).type === 'log') log.push((event as Extract<JobEvent, { type: 'log' }>).message);
    const job = await client.jobs.get({ jobId });
    return { summary: (await client.artifact.get({ id: job.outputs[0] })).summary, log };
  }

  beforeAll(async () => {
    const cells = makeCells({ nCells: 240, nGenes: 160, nDonors: 4, states: ['progenitor', 'mature'], seed: 7 });
    prepared = await prepareProject('finetune', cells);
    await client.project.open({ path: prepared.copy('estimate'), passphrase: PASSPHRASE });
  }, 4 * MINUTES);

  afterAll(async () => {
    await workbench.remove();
    prepared?.remove();
  });

  it(
    'is the passes that it makes, and the log tells it again',
    async () => {
      const asked = wish({ operators: ['over-express', 'remove'] });
      const foretold = await client.screen.estimate(asked);
      const { summary, log } = await run(asked);
      expect(foretold.passes).toEqual({ from: summary.nPasses, to: summary.nPasses });
      expect(foretold).toMatchObject({ device: 'cpu', nCells: 12, fallback: null, warnings: [] });
      expect(foretold.seconds!.from).toBeGreaterThan(0);
      expect(foretold.seconds!.to).toBeGreaterThan(foretold.seconds!.from);
      expect(foretold.memory.bytes).toBeLessThan(foretold.memory.totalBytes);
      const passes = Number(summary.nPasses).toLocaleString('en');
      expect(log.filter((line) => line.startsWith('Estimate: Time: '))).toEqual([
        expect.stringContaining(`${passes} passes through the model: ${foretold.nGenes} genes in 12 start cells.`),
      ]);
    },
    2 * MINUTES,
  );

  it(
    'has room for what stages make, and tells what happens where they fail',
    async () => {
      for (const computation of ['two-stage', 'adaptive'] as const) {
        const asked = wish({ operators: ['mask'], computation });
        const { passes, fallback, words } = await client.screen.estimate(asked);
        const { summary } = await run(asked);
        const { fellBack } = summary.stages as { fellBack: string[] };
        expect(passes.from).toBeLessThanOrEqual(passes.to);
        expect(passes.to).toBeLessThanOrEqual(fallback!.passes);
        expect(words).toContain('every gene is computed exactly');
        if (fellBack.length > 0) expect(summary.nPasses).toBe(fallback!.passes);
        else expect(Number(summary.nPasses)).toBeLessThanOrEqual(fallback!.passes);
      }
    },
    2 * MINUTES,
  );

  it('refuses what the screen would refuse', async () => {
    await expect(client.screen.estimate(wish({ start: 'nowhere' }))).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.screen.estimate(wish({ tokens: 'ffff' }))).rejects.toMatchObject({ code: 'not-found' });
  });
});
