import type { ArtifactId, JobId } from '#shared/domain/ids.ts';
import type { Job, JobEvent, JobKind, JobState } from '#shared/domain/job.ts';
import { artifactId } from './fake-data.ts';

type Unsequenced = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, 'seq' | 'at'> : never) : never;

const AT = '2026-03-02T10:00:00.000Z';
const STEPS: Record<JobKind, { stage: string; unit: string; total: number }> = {
  import: { stage: 'Reading counts', unit: 'cells', total: 3696 },
  quality: { stage: 'Measuring cells', unit: 'cells', total: 3696 },
  preprocess: { stage: 'Encoding cells', unit: 'cells', total: 3638 },
  'import-tokens': { stage: 'Checking cells', unit: 'cells', total: 3000 },
  layout: { stage: 'UMAP', unit: 'rounds', total: 500 },
  markers: { stage: 'Comparing groups', unit: 'genes', total: 16_791 },
  annotate: { stage: 'Labelling cells', unit: 'cells', total: 3696 },
  pretrain: { stage: 'Training', unit: 'steps', total: 228 },
  finetune: { stage: 'Training', unit: 'steps', total: 810 },
  screen: { stage: 'Perturbing genes', unit: 'genes', total: 742 },
  ranking: { stage: 'Ranking', unit: 'genes', total: 742 },
  consensus: { stage: 'Rankings', unit: 'rankings', total: 3 },
  'follow-up': { stage: 'Doses and combinations', unit: 'perturbed cells', total: 2640 },
  embed: { stage: 'Embedding cells', unit: 'cells', total: 3638 },
};

/** A queue that runs one job at a time by a timer, with the event rules of the contract. */
export class FakeJobs {
  readonly #jobs = new Map<string, Job>();
  readonly #events = new Map<string, JobEvent[]>();
  readonly #wakers = new Set<() => void>();
  readonly #changes: Job[] = [];
  readonly #tickMs: number;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  start(kind: JobKind, title: string, input: Record<string, unknown>): { jobId: JobId } {
    const jobId = `job-${String(this.#jobs.size + 1).padStart(6, '0')}` as JobId;
    const job: Job = {
      id: jobId,
      kind,
      title,
      state: 'queued',
      input,
      outputs: [],
      attempts: 0,
      position: this.#jobs.size,
      createdAt: AT,
    };
    this.#put(job);
    this.#emit(jobId, { type: 'state', state: 'queued' });
    this.#timer ??= setInterval(() => this.tick(), this.#tickMs);
    return { jobId };
  }

  list(): Job[] {
    return [...this.#jobs.values()];
  }

  get(jobId: string): Job {
    const job = this.#jobs.get(jobId);
    if (!job) throw new Error(`no job ${jobId}`);
    return job;
  }

  setState(jobId: JobId, state: JobState): Job {
    const outputs: ArtifactId[] = state === 'succeeded' ? [artifactId('9c')] : [];
    const ended = state !== 'queued' && state !== 'running' && state !== 'paused';
    this.#put({ ...this.get(jobId), state, outputs, ...(ended ? { endedAt: AT } : {}) });
    this.#emit(jobId, { type: 'state', state });
    return this.get(jobId);
  }

  reorder(jobId: JobId, position: number): Job[] {
    this.#put({ ...this.get(jobId), position });
    return this.list();
  }

  /** One step of whatever runs. */
  tick(): void {
    const job = this.list().find((one) => one.state === 'running') ?? this.list().find((one) => one.state === 'queued');
    if (!job) return;
    if (job.state === 'queued') {
      this.#put({ ...job, startedAt: AT, attempts: 1 });
      this.setState(job.id, 'running');
      return;
    }
    const { stage, unit, total } = STEPS[job.kind];
    const step = Math.ceil(total / 40);
    const done = Math.min(total, (job.progress?.done ?? 0) + step);
    const ratePerSecond = (step * 1000) / this.#tickMs;
    const etaMs = ((total - done) / ratePerSecond) * 1000;
    this.#put({ ...job, progress: { stage, done, total, unit, ratePerSecond, etaMs, memoryBytes: 612_000_000 } });
    if (job.kind === 'pretrain' || job.kind === 'finetune')
      this.#emit(job.id, { type: 'metric', series: 'loss', step: done, value: 1 + 3 * Math.exp((-3 * done) / total) });
    if (done >= total) this.setState(job.id, 'succeeded');
  }

  async *watch(jobId: JobId, afterSeq: number, signal?: AbortSignal): AsyncGenerator<JobEvent> {
    let next = 0;
    while (!signal?.aborted) {
      const events = this.#events.get(jobId) ?? [];
      for (; next < events.length; next++) {
        const event = events[next];
        if (event.seq > afterSeq) yield event;
        if (event.type === 'state' && ['succeeded', 'failed', 'cancelled', 'parked'].includes(event.state)) return;
      }
      await this.#woken(signal);
    }
  }

  async *watchAll(signal?: AbortSignal): AsyncGenerator<Job> {
    let next = this.#changes.length;
    while (!signal?.aborted) {
      for (; next < this.#changes.length; next++) yield this.#changes[next];
      await this.#woken(signal);
    }
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #put(job: Job): void {
    this.#jobs.set(job.id, job);
    this.#changes.push(job);
    this.#wake();
  }

  #emit(jobId: string, event: Unsequenced): void {
    const events = this.#events.get(jobId) ?? [];
    this.#events.set(jobId, [...events, { ...event, seq: events.length + 1, at: AT } as JobEvent]);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }

  #woken(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wakers.add(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
