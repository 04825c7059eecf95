import { describe, expect, it } from 'vitest';
import { CheckpointPace } from '#workers/checkpoint-pace.ts';

const MINUTE = 60_000;

/** Steps after which a state is written, each step and each writing taking as long as given. */
async function written(run: { nSteps: number; stepMs: number; writeMs: number; from?: number }): Promise<number[]> {
  const { nSteps, stepMs, writeMs, from = 0 } = run;
  let clock = 0;
  const pace = new CheckpointPace(from, () => clock);
  const steps: number[] = [];
  for (let step = from + 1; step <= nSteps; step++) {
    clock += stepMs;
    if (!pace.isDue(step)) continue;
    steps.push(step);
    await pace.time(step, async () => void (clock += writeMs));
  }
  return steps;
}

describe('when a training writes its state', () => {
  it('is every 200 steps where steps and writing are quick', async () => {
    expect(await written({ nSteps: 900, stepMs: 100, writeMs: 40 })).toEqual([200, 400, 600, 800]);
  });

  it('is every five minutes where 200 steps take longer', async () => {
    // Small: 0.76 s a step and 0.6 s a writing would be 152 s; at 4 s a step, 75 steps are five minutes.
    expect(await written({ nSteps: 300, stepMs: 4_000, writeMs: 600 })).toEqual([75, 150, 225, 300]);
  });

  it('is as seldom as writing is slow: at most 2 % of the time', async () => {
    // Base: 40 s a step, 30 s to write 2 GB; fifty times 30 s are 38 steps.
    const steps = await written({ nSteps: 200, stepMs: 40_000, writeMs: 30_000 });
    expect(steps).toEqual([8, 46, 84, 122, 160, 198]);
    const tiny = await written({ nSteps: 2000, stepMs: 1, writeMs: 20 });
    expect(tiny).toEqual([200, 1200]);
  });

  it('counts from where a stopped run goes on', async () => {
    expect(await written({ from: 150, nSteps: 600, stepMs: 100, writeMs: 40 })).toEqual([350, 550]);
  });

  it('is not before anything is lost by waiting', async () => {
    expect(await written({ nSteps: 199, stepMs: 1, writeMs: 1 })).toEqual([]);
    expect(await written({ nSteps: 1, stepMs: 6 * MINUTE, writeMs: 1 })).toEqual([1]);
  });
});
