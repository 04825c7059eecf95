import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { JobTables } from '#project/job-tables.ts';
import { Journal } from '#jobs/journal.ts';
import { Project } from '#project/project.ts';
import { thrownBy } from '#tests/project/support.ts';
import { begin, follow, shut, statesOf, useQueues } from './support.ts';
import { until } from '../support/until.ts';

const queues = useQueues();
const PLAN = { kind: 'import', title: 'Import', input: { do: 'artifact', name: 'x' } } as const;

/** Leaves a job as a host does that is cut off from power: running. */
function leaveRunning(project: Project, id?: JobId): JobId {
  const journal = new Journal(project.jobs, () => undefined);
  const job = id ?? journal.create(PLAN).id;
  journal.transition(job, 'start');
  return job;
}

describe('after the host ended without a word', () => {
  it('the running job goes back to the queue and runs again', async () => {
    const queue = await queues.create();
    await shut(queue);
    const project = await Project.open(queue.project.path, { dataKey: queue.project.dataKey });
    const id = leaveRunning(project);
    const again = queues.schedule(project, queue.engine);
    const events = await follow(again, id);
    expect(statesOf(events)).toEqual(['queued', 'running', 'queued', 'running', 'succeeded']);
    expect(events.find(({ type }) => type === 'log')).toMatchObject({
      message: 'Stopped: the workbench or the computer was shut down while it ran. It is tried once more.',
    });
  });

  it('a job that was running twice is parked, with what is behind it going on', async () => {
    const queue = await queues.create();
    await shut(queue);
    const project = await Project.open(queue.project.path, { dataKey: queue.project.dataKey });
    const id = leaveRunning(project);
    new Journal(project.jobs, () => undefined).recover();
    leaveRunning(project, id);
    const again = queues.schedule(project, queue.engine);
    expect(again.scheduler.get(id)).toMatchObject({
      state: 'parked',
      error: { code: 'internal', message: expect.stringContaining('shut down while it ran') },
    });
    await follow(again, begin(again, { do: 'artifact', name: 'next' }).id);
  });
});

describe('the journal', () => {
  it('tells of an event only when it is written, many of them in one write', async () => {
    const { project } = await queues.create();
    const seen: number[] = [];
    const journal = new Journal(project.jobs, (id) => seen.push(project.jobs.find(id)!.lastSeq));
    const { id } = journal.create(PLAN);
    for (let step = 0; step < 100; step++) journal.append(id, { type: 'metric', series: 'loss', step, value: 1 });
    expect(seen).toEqual([1]);
    await until(() => expect(seen).toHaveLength(2));
    expect(seen).toEqual([1, 101]);
    expect(project.jobs.events(id, 99, 10).map(({ seq }) => seq)).toEqual([100, 101]);
  });

  it('keeps what it could not write while the disk is full', async () => {
    const { project } = await queues.create();
    let isFull = false;
    const tables = new Proxy(project.jobs, {
      get(target, name) {
        if (name === 'save' && isFull) {
          return () => {
            throw new WorkbenchError('resource', 'blood.gcwproj: the disk is full; free some space.');
          };
        }
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }) as JobTables;
    const journal = new Journal(tables, () => undefined);
    const { id } = journal.create(PLAN);
    isFull = true;
    journal.append(id, { type: 'log', level: 'info', message: 'a' });
    journal.append(id, { type: 'log', level: 'info', message: 'b' });
    expect(await thrownBy(() => journal.flush())).toMatchObject({ code: 'resource' });
    expect(await thrownBy(() => journal.events(id, 0, 10))).toMatchObject({ code: 'resource' });
    isFull = false;
    expect(journal.events(id, 1, 10).map((event) => (event.type === 'log' ? event.message : event.type))).toEqual([
      'a',
      'b',
    ]);
  });
});
