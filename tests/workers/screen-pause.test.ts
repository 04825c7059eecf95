import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSPHRASE } from '#tests/faults/support/command-line.ts';
import { type PreparedProject, prepareProject } from '#tests/faults/support/prepared-project.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { JobEvent } from '#shared/domain/job.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { openWorkbench } from '../support/open-workbench.ts';

const MINUTES = 60_000;

describe('a running screen, as the window steers it', () => {
  const workbench = openWorkbench('screen-pause');
  const { client } = workbench;
  let prepared: PreparedProject;

  beforeAll(async () => {
    prepared = await prepareProject('finetune');
    await client.project.open({ path: prepared.copy('screen-pause'), passphrase: PASSPHRASE });
  }, 4 * MINUTES);

  afterAll(async () => {
    await workbench.remove();
    prepared?.remove();
  });

  const start = async (computation: ScreenConfig['computation']) =>
    (
      await client.screen.run({
        model: 'latest',
        tokens: 'latest',
        labelColumn: 'cell_type',
        start: 'progenitor',
        goals: ['mature'],
        operators: ['mask', 'over-express'],
        genes: 'all',
        nCells: 8,
        nNullGenes: 20,
        nExact: 10,
        computation,
      })
    ).jobId;

  /** Follows a job from an event on; `onPartial` is called when the first result streams in. Answer: its states. */
  async function follow(jobId: JobId, onPartial?: () => Promise<unknown>): Promise<string[]> {
    const states: string[] = [];
    let asked = false;
    for await (const event of (await client.jobs.watch({ jobId })) as AsyncIterable<JobEvent>) {
      if (event.type === 'state') states.push(event.state);
      if (event.type === 'partial-result' && !asked) {
        asked = true;
        await onPartial?.();
      }
      if (onPartial && event.type === 'state' && ['paused', 'cancelled', 'succeeded'].includes(event.state)) break;
    }
    return states;
  }

  it.each(['exact', 'two-stage', 'adaptive'] as const)(
    'can be paused and cancelled, and ends as if it had not been: %s',
    async (computation) => {
      const whole = await start(computation);
      await follow(whole);
      const { outputs } = await client.jobs.get({ jobId: whole });
      expect(outputs).toHaveLength(1);

      const jobId = await start(computation);
      expect(await follow(jobId, () => client.jobs.pause({ jobId }))).toEqual(['queued', 'running', 'paused']);
      await client.jobs.resume({ jobId });
      await follow(jobId);
      expect((await client.jobs.get({ jobId })).outputs).toEqual(outputs);

      const other = await start(computation);
      const cancelled = await follow(other, () => client.jobs.cancel({ jobId: other, force: false }));
      expect(cancelled).toEqual(['queued', 'running', 'cancelled']);
      await client.jobs.resume({ jobId: other });
      await follow(other);
      expect((await client.jobs.get({ jobId: other })).outputs).toEqual(outputs);
    },
    4 * MINUTES,
  );
});
