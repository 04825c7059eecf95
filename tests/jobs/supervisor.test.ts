import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobProgress } from '#shared/domain/job.ts';
import { toWorkbenchError } from '#shared/errors/workbench-error.ts';
import type { EngineChild } from '#jobs/engine-child.ts';
import { EngineSupervisor } from '#jobs/supervisor.ts';
import { forkEngine } from '#hosts/fork-engine.ts';
import type { Project } from '#project/project.ts';
import { thrownBy } from '#tests/project/support.ts';
import { begin, follow, inProcess, isLog, shut, statesOf, supervised, until, useQueues } from './support.ts';

const queues = useQueues();

describe('the engine process', () => {
  it('runs jobs and writes artifacts that the host reads', async () => {
    const queue = await queues.create(supervised());
    const { id } = begin(queue, { do: 'artifact', name: 'from the child', metrics: 100 });
    const events = await follow(queue, id);
    expect(statesOf(events)).toEqual(['queued', 'running', 'succeeded']);
    expect(events.filter(({ type }) => type === 'metric')).toHaveLength(100);
    const [output] = queue.scheduler.get(id).outputs;
    expect(queue.project.artifacts.readJson(output, 'content')).toBe('from the child');
  });

  it('reports its memory with its progress', async () => {
    const queue = await queues.create(supervised(), { graceMs: 1 });
    const { id } = begin(queue, { do: 'deaf' });
    const event = await until(queue, id, ({ type }) => type === 'progress');
    expect(event).toMatchObject({ progress: { stage: 'Computing', done: 120, total: 4000, unit: 'steps' } });
    expect(event.type === 'progress' && event.progress.memoryBytes).toBeGreaterThan(1e6);
    queue.scheduler.cancel(id, { force: true });
    await follow(queue, id);
  });

  it('gets the errors of a worker across', async () => {
    const queue = await queues.create(supervised());
    const { id } = begin(queue, { do: 'fail' });
    expect((await follow(queue, id)).at(-1)).toMatchObject({ state: 'failed', error: { code: 'data-format' } });
  });

  it('stops between steps when a job is cancelled, and stays', async () => {
    const children: EngineChild[] = [];
    const queue = await queues.create(watched(children));
    const { id } = begin(queue, { do: 'wait' });
    await until(queue, id, isLog('waiting'));
    queue.scheduler.cancel(id);
    expect(statesOf(await follow(queue, id)).at(-1)).toBe('cancelled');
    expect(queue.project.jobs.loadState(id, 'checkpoint')).toEqual(Uint8Array.of(1, 2, 3));
    await follow(queue, begin(queue, { do: 'artifact', name: 'next' }).id);
    expect(children).toHaveLength(1);
  });

  it('is not troubled with a job that is cancelled before it began', async () => {
    const queue = await queues.create(supervised());
    const { id } = begin(queue, { do: 'deaf' });
    queue.scheduler.cancel(id);
    expect(statesOf(await follow(queue, id))).toEqual(['queued', 'running', 'cancelled']);
    await follow(queue, begin(queue, { do: 'artifact', name: 'next' }).id);
  });

  it('is ended when a worker does not listen, after the grace time or by force; the next job gets a new one', async () => {
    const children: EngineChild[] = [];
    const queue = await queues.create(watched(children), { graceMs: 50 });
    for (const force of [false, true]) {
      const { id } = begin(queue, { do: 'deaf' });
      await until(queue, id, isLog('deaf'));
      queue.scheduler.cancel(id, { force });
      expect(statesOf(await follow(queue, id))).toEqual(['queued', 'running', 'cancelled']);
    }
    await follow(queue, begin(queue, { do: 'artifact', name: 'next' }).id);
    expect(children).toHaveLength(3);
    expect(queue.scheduler.list().map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'succeeded']);
  });

  it('that crashes is started again and the job goes on from its checkpoint', async () => {
    const queue = await queues.create(supervised());
    const { id } = begin(queue, { do: 'crash-once' });
    const events = await follow(queue, id);
    expect(statesOf(events)).toEqual(['queued', 'running', 'queued', 'running', 'succeeded']);
    expect(events.find(({ type }) => type === 'log')).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('memory ran out'),
    });
  });

  it('that crashes twice parks the job with a diagnosis; the queue goes on', async () => {
    const queue = await queues.create(supervised());
    const { id } = begin(queue, { do: 'crash' }, 'Pretraining');
    const next = begin(queue, { do: 'artifact', name: 'next' });
    expect((await follow(queue, id)).at(-1)).toMatchObject({
      state: 'parked',
      error: {
        code: 'resource',
        message:
          'Pretraining: it was stopped 2 times at "Computing", 120 of 4000 steps because the operating system ended the engine process, most likely because memory ran out, and is not tried again by itself; choose smaller batches or free memory, then resume it.',
      },
    });
    expect(statesOf(await follow(queue, next.id)).at(-1)).toBe('succeeded');
    queue.scheduler.resume(id);
    expect(statesOf(await follow(queue, id)).slice(-5)).toEqual(['queued', 'running', 'queued', 'running', 'parked']);
  });

  it('that is killed for one job lets the others go on without blame', async () => {
    const queue = await queues.create(supervised(), { concurrency: 2 });
    const counting = begin(queue, { do: 'count', to: 8 });
    await until(queue, counting.id, isLog('half'));
    const waiting = begin(queue, { do: 'wait' });
    await until(queue, waiting.id, isLog('waiting'));
    queue.scheduler.cancel(waiting.id, { force: true });
    expect(statesOf(await follow(queue, counting.id))).toEqual(['queued', 'running', 'queued', 'running', 'succeeded']);
    expect(queue.project.jobs.find(counting.id)?.crashes).toBe(0);
  });

  it('that cannot be started parks the job instead of trying for ever', async () => {
    const spawn = () => forkEngine(path.join(import.meta.dirname, 'fixtures', 'missing.ts'));
    const queue = await queues.create(new EngineSupervisor({ spawn }));
    const { id } = begin(queue, { do: 'wait' });
    expect((await follow(queue, id)).at(-1)).toMatchObject({ state: 'parked', error: { code: 'internal' } });
  });

  it('serves another project when the jobs of the first have stopped, as when a host opens one after the other', async () => {
    const first = await queues.create(supervised());
    const { id } = begin(first, { do: 'count', to: 8 });
    await until(first, id, isLog('half'));
    const second = await queues.create(first.engine);
    const other = begin(second, { do: 'artifact', name: 'other' });
    await first.scheduler.close();
    expect(statesOf(await follow(second, other.id))).toEqual(['queued', 'running', 'succeeded']);
    expect(second.project.artifacts.list().map(({ title }) => title)).toEqual(['other']);
    expect(first.scheduler.get(id).state).toBe('queued');
  });

  it('goes on with a project that is opened again before it is closed', async () => {
    const first = await queues.create(supervised());
    const { id } = begin(first, { do: 'count', to: 8 });
    await until(first, id, isLog('half'));
    const again = await queues.reopen(first, first.engine);
    const events = follow(again, id);
    await first.scheduler.close();
    first.project.close();
    expect(statesOf(await events)).toEqual(['queued', 'running', 'queued', 'running', 'succeeded']);
  });

  it('lets go of the project when the queue is closed; the job waits for the next time', async () => {
    const queue = await queues.create(supervised());
    const { id } = begin(queue, { do: 'count', to: 8 });
    await until(queue, id, isLog('half'));
    await queue.scheduler.close();
    queue.project.close();
    const folder = path.dirname(queue.project.path);
    expect(readdirSync(folder)).toEqual(['blood.gcwproj']);
    const again = await queues.reopen(queue, queue.engine);
    expect(statesOf(await follow(again, id))).toEqual(['queued', 'running', 'queued', 'running', 'succeeded']);
  });

  it('answers short questions without a project, and refuses unknown ones', async () => {
    const engine = supervised();
    expect(await engine.call('double', { x: 21 })).toBe(42);
    expect(await thrownBy(() => engine.call('refuse', {}))).toMatchObject({ code: 'not-found' });
    expect(await thrownBy(() => engine.call('toString', {}))).toMatchObject({ code: 'unsupported' });
    expect(await thrownBy(() => engine.call('die', {}))).toMatchObject({ code: 'unavailable' });
    expect(await engine.call('double', { x: 2 })).toBe(4);
    await engine.close();
    expect(await thrownBy(() => engine.call('double', { x: 2 }))).toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['a child', supervised],
    ['this process', inProcess],
  ])('tells the progress of a long question to %s and lets go of it when asked', async (_where, start) => {
    const engine = start();
    const controller = new AbortController();
    const told: JobProgress[] = [];
    const onProgress = (progress: JobProgress): void => {
      told.push(progress);
      controller.abort();
    };
    const answer = thrownBy(() => engine.call('wait', {}, { signal: controller.signal, onProgress }));
    expect(toWorkbenchError(await answer)).toMatchObject({ code: 'cancelled' });
    expect(told).toMatchObject([{ stage: 'Waiting', done: 1, total: 4, unit: 'things' }]);
    expect(await engine.call('double', { x: 4 })).toBe(8);
    expect(
      toWorkbenchError(await thrownBy(() => engine.call('wait', {}, { signal: AbortSignal.abort() }))),
    ).toMatchObject({
      code: 'cancelled',
    });
    await engine.close();
  });

  it('answers a question about a project with the project opened in the child', async () => {
    const queue = await queues.create(supervised());
    const { engine, project } = queue;
    expect(await engine.call('projectName', {})).toBeNull();
    expect(await engine.call('projectName', {}, { project })).toBe('blood');
    const { id } = begin(queue, { do: 'artifact', name: 'after it' });
    expect(statesOf(await follow(queue, id)).at(-1)).toBe('succeeded');
    await engine.release(project);
    expect(await engine.call('projectName', {})).toBeNull();
  });

  it('says so when the project of a question cannot be opened', async () => {
    const { engine, project } = await queues.create(supervised());
    const gone = { path: `${project.path}.gone`, dataKey: project.dataKey } as Project;
    expect(await thrownBy(() => engine.call('projectName', {}, { project: gone }))).toMatchObject({
      code: 'not-found',
    });
    expect(await engine.call('projectName', {}, { project })).toBe('blood');
  });

  it('is ended when it says what is not in the protocol', async () => {
    let listener: (message: unknown) => void = () => undefined;
    let onExit: (exit: { code: number; signal: null }) => void = () => undefined;
    let isKilled = false;
    const engine = new EngineSupervisor({
      spawn: () => ({
        pid: 1,
        send: () => undefined,
        onMessage: (given) => (listener = given),
        onExit: (given) => (onExit = given),
        kill: () => {
          isKilled = true;
          onExit({ code: 1, signal: null });
        },
      }),
    });
    const answer = thrownBy(() => engine.call('double', { x: 1 }));
    listener({ type: 'event', jobId: 'job-1a2b3c', event: { type: 'state', state: 'succeeded' } });
    expect(await answer).toMatchObject({ code: 'unavailable' });
    expect(isKilled).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')(
    'has no secret in its arguments or environment (read from /proc, so Linux only)',
    async () => {
      const children: EngineChild[] = [];
      const queue = await queues.create(watched(children));
      const { id } = begin(queue, { do: 'wait' });
      await until(queue, id, isLog('waiting'));
      const key = queue.project.dataKey;
      const seen = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${children[0].pid}/${name}`));
      for (const bytes of seen) {
        expect(bytes.length).toBeGreaterThan(0);
        for (const form of [key, key.toString('hex'), key.toString('base64')]) expect(bytes.includes(form)).toBe(false);
      }
      await shut(queue);
    },
  );
});

function watched(children: EngineChild[]): EngineSupervisor {
  return new EngineSupervisor({
    spawn: () => {
      const child = forkEngine(path.join(import.meta.dirname, 'fixtures', 'engine-main.ts'));
      children.push(child);
      return child;
    },
  });
}
