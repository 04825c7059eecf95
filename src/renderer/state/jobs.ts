import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Job } from '#shared/domain/job.ts';
import { useClient } from '../api/client.ts';
import { applyEvent, emptyLog, hasEnded, isActive, type JobLog } from './job-log.ts';
import { followStream } from './follow-stream.ts';

type JobId = Job['id'];

/** The queue and the logs of the jobs someone looks at; both survive a reload and a lost connection. */
export const useJobs = defineStore('jobs', () => {
  const byId = shallowRef<ReadonlyMap<JobId, Job>>(new Map());
  const logs = shallowRef<ReadonlyMap<JobId, JobLog>>(new Map());
  const watched = new Map<JobId, AbortController>();
  const endListeners = new Set<(job: Job) => void>();
  let queue: AbortController | null = null;

  const list = computed(() => [...byId.value.values()].sort(inQueueOrder));
  const active = computed(() => list.value.filter((job) => isActive(job.state)));
  const running = computed(() => list.value.filter((job) => job.state === 'running'));

  function put(job: Job): void {
    const before = byId.value.get(job.id);
    byId.value = new Map(byId.value).set(job.id, job);
    if (before && !hasEnded(before.state) && hasEnded(job.state)) for (const tell of endListeners) tell(job);
  }

  /** Follows the queue of the open project until `detach`. */
  function attach(): void {
    if (queue) return;
    queue = new AbortController();
    const { signal } = queue;
    void followStream(signal, async () => {
      const client = useClient();
      const stream = await client.jobs.watchAll(undefined, { signal });
      for (const job of await client.jobs.list()) put(job);
      for await (const job of stream) put(job);
      return 'again';
    });
  }

  function detach(): void {
    queue?.abort();
    queue = null;
    for (const control of watched.values()) control.abort();
    watched.clear();
    byId.value = new Map();
    logs.value = new Map();
  }

  /** Follows one job's events from where its log stands. */
  function watch(jobId: JobId): void {
    if (watched.has(jobId)) return;
    const control = new AbortController();
    watched.set(jobId, control);
    void followStream(control.signal, async () => {
      const afterSeq = logs.value.get(jobId)?.lastSeq ?? 0;
      const stream = await useClient().jobs.watch({ jobId, afterSeq }, { signal: control.signal });
      let ended = false;
      for await (const event of stream) {
        logs.value = new Map(logs.value).set(jobId, applyEvent(logs.value.get(jobId) ?? emptyLog, event));
        ended = event.type === 'state' && hasEnded(event.state);
      }
      return ended ? 'done' : 'again';
    }).finally(() => watched.delete(jobId));
  }

  /** Called once for every job that ends from now on; gives the function that stops it. */
  function onEnd(tell: (job: Job) => void): () => void {
    endListeners.add(tell);
    return () => endListeners.delete(tell);
  }

  async function cancel(jobId: JobId, force = false): Promise<void> {
    put(await useClient().jobs.cancel({ jobId, force }));
  }
  async function pause(jobId: JobId): Promise<void> {
    put(await useClient().jobs.pause({ jobId }));
  }
  async function resume(jobId: JobId): Promise<void> {
    put(await useClient().jobs.resume({ jobId }));
  }
  async function move(jobId: JobId, position: number): Promise<void> {
    for (const job of await useClient().jobs.reorder({ jobId, position })) put(job);
  }

  return { byId, logs, list, active, running, attach, detach, watch, onEnd, cancel, pause, resume, move };
});

/** Running first, then the queue, then what has ended, newest first. */
function inQueueOrder(a: Job, b: Job): number {
  const group = (job: Job) => (job.state === 'running' ? 0 : isActive(job.state) ? 1 : 2);
  const difference = group(a) - group(b);
  if (difference !== 0) return difference;
  return group(a) === 2 ? (b.endedAt ?? '').localeCompare(a.endedAt ?? '') : a.position - b.position;
}
