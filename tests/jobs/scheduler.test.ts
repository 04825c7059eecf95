import { describe, expect, it } from 'vitest';
import { JobEvent, JobState } from '#shared/domain/job.ts';
import { thrownBy } from '#tests/project/support.ts';
import { begin, follow, inProcess, isLog, isState, shut, statesOf, until, useQueues } from './support.ts';

const queues = useQueues();

describe('a job', () => {
  it('runs, tells what it does, and gives its artifacts', async () => {
    const queue = await queues.create();
    const { id } = begin(queue, { do: 'artifact', name: 'pbmc', metrics: 3 });
    const events = await follow(queue, id);
    expect(events.map((event) => JobEvent.parse(event))).toEqual(events);
    expect(statesOf(events)).toEqual(['queued', 'running', 'succeeded']);
    const lossless = events.filter(({ type }) => type !== 'progress');
    expect(lossless.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events.flatMap((event) => (event.type === 'metric' ? [event.value] : []))).toEqual([1, 1 / 2, 1 / 3]);
    const job = queue.scheduler.get(id);
    expect(job).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(job.outputs.map((output) => queue.project.artifacts.get(output).title)).toEqual(['pbmc']);
  });

  it('fails with the error of its worker, and says where a defect is', async () => {
    const queue = await queues.create();
    const failed = begin(queue, { do: 'fail' });
    const defect = begin(queue, { do: 'defect' });
    const infinite = begin(queue, { do: 'infinite' });
    expect((await follow(queue, failed.id)).at(-1)).toMatchObject({
      state: 'failed',
      error: { code: 'data-format', message: expect.stringContaining('X holds text') },
    });
    expect((await follow(queue, defect.id)).at(-1)).toMatchObject({
      error: { code: 'internal', details: { place: expect.stringMatching(/^workers\.ts:\d+$/) } },
    });
    expect((await follow(queue, infinite.id)).at(-1)).toMatchObject({ error: { code: 'numeric' } });
    expect(queue.scheduler.get(failed.id).error?.code).toBe('data-format');
  });

  it('goes on from its checkpoint after pause and resume, losing nothing', async () => {
    const queue = await queues.create();
    const { id } = begin(queue, { do: 'count', to: 8 });
    await until(queue, id, isLog('half'));
    queue.scheduler.pause(id);
    await until(queue, id, isState('paused'));
    queue.scheduler.resume(id);
    const events = await follow(queue, id);
    expect(statesOf(events)).toEqual(['queued', 'running', 'paused', 'queued', 'running', 'succeeded']);
    expect(events.flatMap((event) => (event.type === 'metric' ? [event.step] : []))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(queue.project.jobs.loadState(id, 'checkpoint')).toBeNull();
  });

  it('keeps its checkpoint when it is cancelled, and can be resumed', async () => {
    const queue = await queues.create();
    const { id } = begin(queue, { do: 'count', to: 8 });
    await until(queue, id, isLog('half'));
    queue.scheduler.cancel(id);
    expect(statesOf(await follow(queue, id)).at(-1)).toBe('cancelled');
    expect(queue.scheduler.cancel(id).state).toBe('cancelled');
    expect(queue.project.jobs.loadState(id, 'checkpoint')).toEqual(Uint8Array.of(4));
    queue.scheduler.resume(id);
    expect(statesOf(await follow(queue, id)).at(-1)).toBe('succeeded');
    expect(queue.scheduler.get(id).attempts).toBe(2);
  });

  it('that is resumed on its way to a pause goes back to the queue by itself', async () => {
    const queue = await queues.create();
    const { id } = begin(queue, { do: 'count', to: 8 });
    await until(queue, id, isLog('half'));
    queue.scheduler.pause(id);
    queue.scheduler.resume(id);
    expect(statesOf(await follow(queue, id))).toEqual(['queued', 'running', 'queued', 'running', 'succeeded']);
  });

  it('that has ended refuses what makes no sense', async () => {
    const queue = await queues.create();
    const { id } = begin(queue, { do: 'artifact', name: 'x' });
    await follow(queue, id);
    for (const work of [
      () => queue.scheduler.cancel(id),
      () => queue.scheduler.pause(id),
      () => queue.scheduler.resume(id),
      () => queue.scheduler.reorder(id, 0),
    ]) {
      expect(await thrownBy(work)).toMatchObject({ code: 'conflict' });
    }
    expect(await thrownBy(() => queue.scheduler.get('job-nosuch' as never))).toMatchObject({ code: 'not-found' });
    expect(await thrownBy(() => follow(queue, 'job-nosuch' as never))).toMatchObject({ code: 'not-found' });
  });
});

describe('the queue', () => {
  it('runs one job at a time, in order, as people reorder it', async () => {
    const queue = await queues.create();
    const first = begin(queue, { do: 'wait' });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => begin(queue, { do: 'artifact', name }, name));
    expect(queue.scheduler.list().map(({ state }) => state)).toEqual(['running', 'queued', 'queued', 'queued']);
    expect(queue.scheduler.reorder(c.id, 0).map(({ title }) => title)).toEqual(['wait', 'c', 'a', 'b']);
    expect(queue.scheduler.reorder(c.id, 99).map(({ title }) => title)).toEqual(['wait', 'a', 'b', 'c']);
    queue.scheduler.reorder(b.id, 0);
    queue.scheduler.pause(c.id);
    queue.scheduler.cancel(first.id);
    await follow(queue, a.id);
    expect(queue.project.artifacts.list().map(({ title }) => title)).toEqual(['b', 'a']);
    expect(queue.scheduler.get(c.id).state).toBe('paused');
    queue.scheduler.resume(c.id);
    await follow(queue, c.id);
  });

  it('runs several at once where it is told to', async () => {
    const queue = await queues.create(inProcess(), { concurrency: 2 });
    const jobs = [1, 2, 3].map(() => begin(queue, { do: 'wait' }));
    expect(queue.scheduler.list().map(({ state }) => state)).toEqual(['running', 'running', 'queued']);
    for (const { id } of jobs.reverse()) queue.scheduler.cancel(id);
    for (const { id } of jobs) await follow(queue, id);
  });

  it('is as it was when the project is opened again, and the running job goes on', async () => {
    const queue = await queues.create();
    const first = begin(queue, { do: 'count', to: 8 });
    const second = begin(queue, { do: 'artifact', name: 'second' });
    const paused = begin(queue, { do: 'artifact', name: 'paused' });
    queue.scheduler.pause(paused.id);
    await until(queue, first.id, isLog('half'));
    await shut(queue);
    const again = await queues.reopen(queue);
    expect(again.scheduler.list().map(({ title, state }) => [title, state])).toEqual([
      ['count', 'running'],
      ['artifact', 'queued'],
      ['artifact', 'paused'],
    ]);
    const events = await follow(again, first.id);
    expect(events.flatMap((event) => (event.type === 'metric' ? [event.step] : []))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await follow(again, second.id);
  });

  it('is run by one process; another sees it and is told who has it', async () => {
    const queue = await queues.create();
    const { id } = begin(queue, { do: 'wait' });
    await until(queue, id, isLog('waiting'));
    const looking = await queues.reopen(queue);
    expect(looking.scheduler.list().map(({ state }) => state)).toEqual(['running']);
    for (const work of [() => begin(looking, { do: 'wait' }), () => looking.scheduler.cancel(id)]) {
      expect(await thrownBy(work)).toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(`process ${process.pid}`),
      });
    }
    const seen = follow(looking, id);
    queue.scheduler.cancel(id);
    expect(statesOf(await seen)).toEqual(['queued', 'running', 'cancelled']);
  });
});

describe('watching', () => {
  it('resumes after any event without a gap or a repeat', async () => {
    const queue = await queues.create();
    const { id } = begin(queue, { do: 'artifact', name: 'x', metrics: 1200 });
    const all = (await follow(queue, id)).filter(({ type }) => type !== 'progress');
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 1203 }, (_, i) => i + 1));
    for (const afterSeq of [1, 700, 1202, 1203]) {
      expect(await follow(queue, id, afterSeq), `after ${afterSeq}`).toEqual(all.slice(afterSeq));
    }
  });

  it('ends for a reader that leaves, and keeps nothing for a slow one', async () => {
    const queue = await queues.create();
    const { id } = begin(queue, { do: 'wait' });
    const controller = new AbortController();
    const slow = queue.scheduler.watch(id, 0, controller.signal);
    expect((await slow.next()).value).toMatchObject({ type: 'state', state: 'queued' });
    await until(queue, id, isLog('waiting'));
    const rest: unknown[] = [];
    const reading = (async () => {
      for await (const event of slow) {
        rest.push(event);
        if (isLog('waiting')(event)) controller.abort();
      }
    })();
    await reading;
    expect(rest).toHaveLength(2);
  });

  it('shows the whole queue, each job at its latest', async () => {
    const queue = await queues.create();
    const before = begin(queue, { do: 'wait' });
    const last = new Map<string, JobState>();
    const watching = (async () => {
      for await (const job of queue.scheduler.watchAll()) last.set(job.id, job.state);
    })();
    const after = begin(queue, { do: 'artifact', name: 'x' });
    queue.scheduler.cancel(before.id);
    await follow(queue, after.id);
    await shut(queue);
    await watching;
    expect([...last]).toEqual([
      [before.id, 'cancelled'],
      [after.id, 'succeeded'],
    ]);
  });
});
