import type { JobId } from '#shared/domain/ids.ts';
import { Waiter } from './waiter.ts';

/** Readers of job events. They hold no events, only the knowledge that there are new ones, so a slow one costs nothing. */
export class Watchers {
  readonly #ofJob = new Map<JobId, Set<Waiter>>();
  readonly #ofAll = new Set<{ waiter: Waiter; changed: Set<JobId> }>();
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  notify(id: JobId): void {
    for (const waiter of this.#ofJob.get(id) ?? []) waiter.set();
    for (const { waiter, changed } of this.#ofAll) {
      changed.add(id);
      waiter.set();
    }
  }

  joinJob(id: JobId): { waiter: Waiter; leave: () => void } {
    const waiter = new Waiter();
    const waiters = this.#ofJob.get(id) ?? new Set();
    this.#ofJob.set(id, waiters.add(waiter));
    return {
      waiter,
      leave: () => {
        waiters.delete(waiter);
        if (waiters.size === 0 && this.#ofJob.get(id) === waiters) this.#ofJob.delete(id);
      },
    };
  }

  joinAll(): { waiter: Waiter; changed: Set<JobId>; leave: () => void } {
    const reader = { waiter: new Waiter(), changed: new Set<JobId>() };
    this.#ofAll.add(reader);
    return { ...reader, leave: () => this.#ofAll.delete(reader) };
  }

  close(): void {
    this.#isClosed = true;
    for (const waiters of this.#ofJob.values()) for (const waiter of waiters) waiter.set();
    for (const { waiter } of this.#ofAll) waiter.set();
  }
}
