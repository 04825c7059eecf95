import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import type { JobId } from '#shared/domain/ids.ts';
import type { Job, JobEvent } from '#shared/domain/job.ts';
import type { Engine } from '#jobs/engine.ts';
import { InProcessEngine } from '#jobs/in-process-engine.ts';
import { JobScheduler, type SchedulerOptions } from '#jobs/scheduler.ts';
import { EngineSupervisor } from '#jobs/supervisor.ts';
import { forkEngine } from '#hosts/fork-engine.ts';
import { Project } from '#project/project.ts';
import { CALLS, type Script, SCRIPTED_WORKERS } from './fixtures/workers.ts';

const ENTRY = path.join(import.meta.dirname, 'fixtures', 'engine-main.ts');

export const inProcess = (): Engine => new InProcessEngine({ workers: SCRIPTED_WORKERS, calls: CALLS });
export const supervised = (): Engine => new EngineSupervisor({ spawn: () => forkEngine(ENTRY) });

export interface Queue {
  project: Project;
  engine: Engine;
  scheduler: JobScheduler;
}

/** Projects with a queue, closed and removed after each test. */
export function useQueues() {
  const closers: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return {
    async create(engine: Engine = inProcess(), options: Partial<SchedulerOptions> = {}): Promise<Queue> {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'gcw-jobs-'));
      closers.push(() => rmSync(folder, { recursive: true, force: true }));
      const file = path.join(folder, 'blood.gcwproj');
      const kdf = { memoryKiB: 8, iterations: 1 };
      const { project } = await Project.create(file, { passphrase: 'x', name: 'blood', kdf });
      return this.schedule(project, engine, options);
    },
    async reopen(
      { project }: Queue,
      engine: Engine = inProcess(),
      options: Partial<SchedulerOptions> = {},
    ): Promise<Queue> {
      return this.schedule(await Project.open(project.path, { dataKey: project.dataKey }), engine, options);
    },
    schedule(project: Project, engine: Engine, options: Partial<SchedulerOptions> = {}): Queue {
      const scheduler = new JobScheduler({ project, engine, ...options });
      closers.push(() => shut({ project, engine, scheduler }));
      return { project, engine, scheduler };
    },
  };
}

/** Closes everything, in the order a host does. */
export async function shut({ project, engine, scheduler }: Queue): Promise<void> {
  await scheduler.close();
  project.close();
  await engine.close();
}

export function begin({ scheduler }: Queue, script: Script, title: string = script.do): Job {
  return scheduler.start({ kind: 'import', title, input: { ...script } });
}

/** Everything a job tells until it ends. */
export async function follow({ scheduler }: Queue, id: JobId, afterSeq = 0): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of scheduler.watch(id, afterSeq)) events.push(event);
  return events;
}

/** Reads events until one fits. */
export async function until({ scheduler }: Queue, id: JobId, fits: (event: JobEvent) => boolean): Promise<JobEvent> {
  for await (const event of scheduler.watch(id)) if (fits(event)) return event;
  throw new Error('the job ended without it');
}

export const isLog = (message: string) => (event: JobEvent) => event.type === 'log' && event.message === message;
export const isState = (state: Job['state']) => (event: JobEvent) => event.type === 'state' && event.state === state;

export const statesOf = (events: JobEvent[]) =>
  events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
