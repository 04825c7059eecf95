import { describe, expect, it } from 'vitest';
import { Job } from '#shared/domain/job.ts';
import { jobsNeeding } from '#services/jobs-needing.ts';

const [MODEL, TOKENS, OTHER] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
const job = (id: string, part: Partial<Record<keyof Job, unknown>>) =>
  Job.parse({
    id: `job-${id}`,
    kind: 'screen',
    title: id,
    state: 'queued',
    input: {},
    outputs: [],
    attempts: 0,
    position: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...part,
  });
const titles = (jobs: Job[], ...ids: string[]) => jobsNeeding(jobs, new Set(ids)).map(({ title }) => title);

describe('a job needs an artifact', () => {
  it('that its input names, alone or in a list', () => {
    const jobs = [
      job('waiting', { input: { model: MODEL, tokens: TOKENS } }),
      job('resting', { state: 'paused', input: { rankings: [OTHER, MODEL] } }),
      job('running', { state: 'running', input: { model: OTHER } }),
    ];
    expect(titles(jobs, MODEL)).toEqual(['waiting', 'resting']);
    expect(titles(jobs, TOKENS, OTHER)).toEqual(['waiting', 'resting', 'running']);
  });

  it('that a job before it has made', () => {
    const jobs = [
      job('pretrain', { state: 'succeeded', outputs: [MODEL] }),
      job('finetune', { input: { model: 'job:job-pretrain' } }),
    ];
    expect(titles(jobs, MODEL)).toEqual(['finetune']);
    expect(titles(jobs, TOKENS)).toEqual([]);
  });

  it.each(['succeeded', 'failed', 'cancelled', 'parked'])('no more once it has %s', (state) => {
    expect(titles([job('finished', { state, input: { model: MODEL } })], MODEL)).toEqual([]);
  });
});
