import { describe, expect, it } from 'vitest';
import type { JobProgress } from '#shared/domain/job.ts';
import type { CallOptions } from '#jobs/engine.ts';
import { workStream } from '#services/work-stream.ts';

const at = (done: number): JobProgress => ({
  stage: 'Importing',
  done,
  total: 10,
  unit: 'MB',
  ratePerSecond: null,
  etaMs: null,
  memoryBytes: null,
});

describe('stream of work without a job', () => {
  it('tells the latest progress and the result last', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let tell: CallOptions['onProgress'];
    const stream = workStream((options) => {
      tell = options.onProgress;
      return promise;
    });
    const first = stream.next();
    tell?.(at(1));
    tell?.(at(2));
    expect(await first).toEqual({ done: false, value: { type: 'progress', progress: at(2) } });
    const second = stream.next();
    resolve('kept');
    expect(await second).toEqual({ done: false, value: { type: 'done', result: 'kept' } });
    expect((await stream.next()).done).toBe(true);
  });

  it('throws what the work throws', async () => {
    const stream = workStream(() => Promise.reject(new TypeError('no')));
    await expect(stream.next()).rejects.toThrow('no');
  });

  it('stops the work when the listener leaves', async () => {
    let signal: AbortSignal | undefined;
    for await (const event of workStream((options) => {
      ({ signal } = options);
      queueMicrotask(() => options.onProgress?.(at(3)));
      return new Promise<never>(() => undefined);
    })) {
      expect(event).toMatchObject({ type: 'progress' });
      break;
    }
    expect(signal?.aborted).toBe(true);
  });

  it('hands the signal of the caller on', async () => {
    const controller = new AbortController();
    const stream = workStream(
      ({ signal }) => new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason))),
      controller.signal,
    );
    const next = stream.next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
  });
});
