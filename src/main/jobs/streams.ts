import type { JobId } from '#shared/domain/ids.ts';
import type { Job, JobEvent, JobProgress } from '#shared/domain/job.ts';
import type { Journal } from './journal.ts';
import { hasEnded } from './state.ts';
import type { Watchers } from './watchers.ts';

/** What is known only while a job runs. */
export interface LatestProgress {
  at: string;
  progress: JobProgress;
}

export interface StreamSources {
  journal: Journal;
  watchers: Watchers;
  progress: ReadonlyMap<JobId, LatestProgress>;
  /** Why nothing more can be told of a job at present. */
  problems: ReadonlyMap<JobId, Error>;
  get(id: JobId): Job;
  /** Another process runs the queue, so nobody here tells when something happened. */
  isLooking(): boolean;
}

const PAGE = 500;
const POLL_MS = 500;

/** Jobs and their events as endless reading. A reader that is slow or leaves costs nothing. */
export class JobStreams {
  readonly #from: StreamSources;

  constructor(sources: StreamSources) {
    this.#from = sources;
  }

  /** Events after `afterSeq` from the journal, then as they come, with the latest progress between them. */
  async *watch(id: JobId, afterSeq: number, signal?: AbortSignal): AsyncGenerator<JobEvent, void, void> {
    const { journal, watchers, progress, problems, isLooking } = this.#from;
    journal.get(id);
    const { waiter, leave } = watchers.joinJob(id);
    let seq = afterSeq;
    let told: LatestProgress | undefined;
    try {
      while (!watchers.isClosed) {
        const events = journal.events(id, seq, PAGE);
        for (const event of events) {
          yield event;
          seq = event.seq;
        }
        if (events.length === PAGE) continue;
        const latest = progress.get(id);
        if (latest && latest !== told) {
          told = latest;
          yield { type: 'progress', seq, ...latest };
        }
        if (watchers.isClosed) return;
        const { state, lastSeq } = journal.get(id);
        if (hasEnded(state) && lastSeq <= seq) return;
        const problem = problems.get(id);
        if (problem) throw problem;
        if (!(await waiter.wait(signal, isLooking() ? POLL_MS : undefined))) return;
      }
    } finally {
      leave();
    }
  }

  /** Each job at its latest, all of them first. */
  async *watchAll(signal?: AbortSignal): AsyncGenerator<Job, void, void> {
    const { journal, watchers, get } = this.#from;
    const { waiter, changed, leave } = watchers.joinAll();
    try {
      for (const { id } of journal.list()) changed.add(id);
      waiter.set();
      while ((await waiter.wait(signal)) && !watchers.isClosed) {
        const ids = [...changed];
        changed.clear();
        for (const id of ids) {
          if (watchers.isClosed) return;
          yield get(id);
        }
      }
    } finally {
      leave();
    }
  }
}
