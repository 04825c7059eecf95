import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { DONE, endQueue, queueMemory, runCalls } from '#engine/optim/kernel-queue.ts';
import { kernelsOver } from '#engine/optim/kernels.ts';

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const queue = queueMemory(8);
const thread = new Worker(new URL('../../../src/main/engine/optim/kernel-thread.ts', import.meta.url), {
  workerData: { memory, queue },
});

/** Sums of squares of the eight numbers from 64 on, to four doubles at `out`. */
const squares = (out: number) => ({ kernel: 'squares', args: [64, 8, out] }) as const;
const sumsAt = (out: number) => [...new Float64Array(memory.buffer, out, 4)];

afterAll(() => thread.terminate());

describe('a queue of kernel calls', () => {
  new Float32Array(memory.buffer, 64, 8).set([1, 2, 3, 4, 5, 6, 7, 8]);
  const expected = [1 + 25, 4 + 36, 9 + 49, 16 + 64];

  it('is served by another thread while the one that gave them is busy', () => {
    const own = kernelsOver(memory);
    const busy = {
      ...own,
      // Whoever is in its first call until the other one is done with a call of its own.
      squares: (...args: Parameters<typeof own.squares>) => {
        if (args[2] === 512) expect(Atomics.wait(queue.controls, DONE, 0, 60_000)).toBe('ok');
        own.squares(...args);
      },
    };
    runCalls(queue, busy, [squares(512), squares(1024)]);
    expect([sumsAt(512), sumsAt(1024)]).toEqual([expected, expected]);
  });

  it('is empty after any number of rounds, however many calls each has', () => {
    const own = kernelsOver(memory);
    for (let round = 0; round < 2000; round++) {
      const outs = Array.from({ length: round % 8 }, (_, i) => 2048 + 32 * i);
      for (const out of outs) new Float64Array(memory.buffer, out, 4).fill(-1);
      runCalls(queue, own, outs.map(squares));
      for (const out of outs) expect(sumsAt(out)).toEqual(expected);
    }
  });

  it('lets its threads end', async () => {
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    endQueue(queue);
    expect(await ended).toBe(0);
  });
});
