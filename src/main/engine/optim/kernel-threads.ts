import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { endQueue, type KernelCall, queueMemory, type QueueMemory, runCalls } from './kernel-queue.ts';
import { type Kernels, kernelsOver } from './kernels.ts';

/** The passes wait for memory: more threads than these are not faster. */
const MAX_THREADS = 4;

/** Kernels over one memory, run by this thread and some helpers. */
export class KernelThreads {
  readonly #kernels: Kernels;
  readonly #queue: QueueMemory;

  /** `nThreads`: this one included. */
  constructor(memory: WebAssembly.Memory, maxCalls: number, nThreads: number) {
    this.#kernels = kernelsOver(memory);
    this.#queue = queueMemory(maxCalls);
    for (let i = 1; i < (mayWait() ? nThreads : 1); i++) {
      const worker = new Worker(threadUrl(), { workerData: { memory, queue: this.#queue }, env: {} });
      // One that cannot start takes no calls, and the others do its part.
      worker.on('error', () => undefined);
      worker.unref();
    }
  }

  run(calls: readonly KernelCall[]): void {
    runCalls(this.#queue, this.#kernels, calls);
  }

  end(): void {
    endQueue(this.#queue);
  }
}

export function usefulThreads(): number {
  return Math.min(MAX_THREADS, availableParallelism());
}

/** Whether this thread is allowed to stand still until another one is done. */
function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/** Bundled code lies in out/main or out/main/chunks, the thread always in out/main. */
function threadUrl(): URL {
  const here = import.meta.url;
  const bundled = here.includes('/chunks/') ? '../kernel-thread.js' : './kernel-thread.js';
  return new URL(here.endsWith('.ts') ? './kernel-thread.ts' : bundled, here);
}
