// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobId } from '#shared/domain/ids.ts';
import type { Job, JobEvent } from '#shared/domain/job.ts';
import { setClient, type Client } from '../../src/renderer/api/client.ts';
import { applyEvent, emptyLog } from '../../src/renderer/state/job-log.ts';
import { useJobs } from '../../src/renderer/state/jobs.ts';
import { createFakeHost } from './fake-host.ts';
import { until } from '../support/until.ts';

const NEVER = 2 ** 30;
let host: ReturnType<typeof createFakeHost>;

beforeEach(() => {
  setActivePinia(createPinia());
  host = createFakeHost({ isOpen: true, tickMs: NEVER });
  setClient(host.client);
});
afterEach(() => host.jobs.stop());

const metric = (seq: number, step: number): JobEvent => ({
  type: 'metric',
  seq,
  at: '2026-03-02T10:00:00.000Z',
  series: 'loss',
  step,
  value: 1 / step,
});

describe('log of a job', () => {
  it('takes a replayed event in once', () => {
    const events = [metric(1, 10), metric(2, 20), metric(2, 20), metric(1, 10), metric(3, 30)];
    const log = events.reduce(applyEvent, emptyLog);
    expect(log.series.loss.map((point) => point.step)).toEqual([10, 20, 30]);
    expect(log.lastSeq).toBe(3);
  });

  it('does not count progress, which carries the seq of another event', () => {
    const progress = { stage: 's', done: 1, total: 2, unit: 'u', ratePerSecond: null, etaMs: null, memoryBytes: null };
    const event: JobEvent = { type: 'progress', seq: 7, at: '', progress };
    expect(applyEvent(emptyLog, event)).toBe(emptyLog);
  });
});

describe('jobs store', () => {
  it('shows the queue, running first, and follows it', async () => {
    const jobs = useJobs();
    host.jobs.start('import', 'one', {});
    host.jobs.start('screen', 'two', {});
    jobs.attach();
    await until(() => expect(jobs.list.map((job) => job.title)).toEqual(['one', 'two']));
    host.jobs.setState('job-000002' as JobId, 'running');
    await until(() => expect(jobs.list.map((job) => job.title)).toEqual(['two', 'one']));
    jobs.detach();
    expect(jobs.list).toEqual([]);
  });

  it('tells once that a job has ended', async () => {
    const jobs = useJobs();
    const ended: Job[] = [];
    jobs.onEnd((job) => ended.push(job));
    const { jobId } = host.jobs.start('import', 'one', {});
    jobs.attach();
    await until(() => expect(jobs.active).toHaveLength(1));
    host.jobs.setState(jobId, 'succeeded');
    await until(() => expect(ended.map((job) => job.id)).toEqual([jobId]));
    jobs.detach();
  });

  it('goes on after the last event it saw when the stream breaks', async () => {
    const asked: number[] = [];
    const script: JobEvent[][] = [
      [metric(1, 10), metric(2, 20)],
      [metric(2, 20), metric(3, 30), { type: 'state', seq: 4, at: '', state: 'succeeded' }],
    ];
    async function* breaking(events: JobEvent[], isLast: boolean): AsyncGenerator<JobEvent> {
      yield* events;
      if (!isLast) throw new Error('[AsyncIdQueue] closed');
    }
    const watch = ({ afterSeq }: { afterSeq: number }) => {
      asked.push(afterSeq);
      return Promise.resolve(breaking(script[asked.length - 1], asked.length === script.length));
    };
    setClient({ jobs: { watch } } as unknown as Client);
    const jobs = useJobs();
    jobs.watch('job-aaaaaa' as JobId);
    await until(() => expect(jobs.logs.get('job-aaaaaa' as JobId)?.lastSeq).toBe(4));
    expect(asked).toEqual([0, 2]);
    expect(jobs.logs.get('job-aaaaaa' as JobId)?.series.loss.map((point) => point.step)).toEqual([10, 20, 30]);
  });
});
