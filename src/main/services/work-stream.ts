import type { JobProgress } from '#shared/domain/job.ts';
import type { CallOptions } from '#jobs/engine.ts';
import { Waiter } from '#jobs/waiter.ts';

export type WorkEvent<T> = { type: 'progress'; progress: JobProgress } | { type: 'done'; result: T };

/** Tells the latest progress of some work, then its result. Whoever stops listening stops the work. */
export async function* workStream<T>(
  work: (options: CallOptions) => Promise<T>,
  signal?: AbortSignal,
): AsyncGenerator<WorkEvent<T>, void, void> {
  const left = new AbortController();
  const waiter = new Waiter();
  let latest: JobProgress | null = null;
  let settled = false;
  const result = work({
    signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
    onProgress: (progress) => {
      latest = progress;
      waiter.set();
    },
  }).finally(() => {
    settled = true;
    waiter.set();
  });
  // Told by the await below; a listener that left does not wait for it.
  result.catch(() => undefined);
  try {
    while (!settled) {
      await waiter.wait();
      if (latest && !settled) {
        const progress: JobProgress = latest;
        latest = null;
        yield { type: 'progress', progress };
      }
    }
    yield { type: 'done', result: await result };
  } finally {
    left.abort();
  }
}
