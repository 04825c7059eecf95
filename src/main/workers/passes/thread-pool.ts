import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { Project } from '#project/project.ts';
import { type CellPass, inPlace, type OnRange, type PassRunner } from '#singlecell/passes/cell-pass.ts';
import type { CountSource } from '#singlecell/types.ts';
import type { FromThread, ThreadSource, ToThread } from './protocol.ts';

/** Cells of one range: some 15 MB of results where they are largest. */
const RANGE_CELLS = 1024;
/** Ranges handed out or waiting for their turn, for each thread. */
const RANGES_PER_THREAD = 2;
/** Memory of a thread at work, measured, with some to spare. */
const THREAD_BYTES = 300 * 2 ** 20;
const MAX_THREADS = 16;
/** Below this the start of threads takes longer than they save. */
const MIN_CELLS = 4 * RANGE_CELLS;

/** A pass runner with threads that have to be ended. */
export interface ClosablePassRunner extends PassRunner {
  readonly nThreads: number;
  close(): Promise<void>;
}

/** Threads worth starting for so many cells: one for each processor, as memory allows. */
export function threadsFor(nCells: number): number {
  if (nCells < MIN_CELLS) return 1;
  const inMemory = Math.floor(process.availableMemory() / 2 / THREAD_BYTES);
  return Math.max(1, Math.min(MAX_THREADS, availableParallelism(), inMemory));
}

/**
 * Runs passes over a stored dataset in threads that each read their ranges from the project file; in place with one
 * thread, and where threads cannot be started.
 */
export async function passRunner(
  project: Project,
  { id, blobs }: ArtifactManifest,
  counts: CountSource,
  nThreads: number,
): Promise<ClosablePassRunner> {
  const none = { ...inPlace(counts), nThreads: 1, close: async () => undefined };
  if (nThreads <= 1) return none;
  const source: ThreadSource = {
    file: project.path,
    dataKey: Uint8Array.from(project.dataKey),
    dataset: { id, blobs },
    nGenes: counts.nGenes,
  };
  const started = await Promise.all(Array.from({ length: nThreads }, () => PassThread.start(source)));
  const threads = started.filter((thread) => thread !== null);
  const close = async () => void (await Promise.all(threads.map((thread) => thread.close())));
  if (threads.length === nThreads) return threadRunner(threads, counts, close);
  await close();
  return none;
}

function threadRunner(threads: PassThread[], counts: CountSource, close: () => Promise<void>): ClosablePassRunner {
  const { nCells, nGenes } = counts;
  return {
    nCells,
    nGenes,
    nThreads: threads.length,
    close,
    async run<P, R, E>(pass: CellPass<P, R, E>, params: P, onRange: OnRange<R>, firstCell = 0): Promise<E[]> {
      const shared = sharing(params);
      for (const thread of threads) thread.tell({ type: 'begin', pass: pass.name, params: shared });
      const results = new Map<number, Promise<R>>();
      let next = firstCell;
      let turn = 0;
      const handOut = () => {
        while (next < nCells && results.size < RANGES_PER_THREAD * threads.length) {
          const range = { start: next, end: Math.min(nCells, next + RANGE_CELLS) };
          const result = threads[turn++ % threads.length].ask({ type: 'range', ...range }) as Promise<R>;
          // It is awaited in its turn; a failure before that is no defect.
          result.catch(() => undefined);
          results.set(next, result);
          next = range.end;
        }
      };
      for (let start = firstCell; start < nCells; start += RANGE_CELLS) {
        handOut();
        const result = await results.get(start)!;
        results.delete(start);
        handOut();
        await onRange({ result, start, end: Math.min(nCells, start + RANGE_CELLS) });
      }
      return Promise.all(threads.map((thread) => thread.ask({ type: 'end' }) as Promise<E>));
    },
  };
}

/** Large arrays of the parameters lie in memory that all threads see, so each costs once. */
function sharing(params: unknown): unknown {
  return Object.fromEntries(
    Object.entries(params as object).map(([key, value]: [string, unknown]) => {
      if (!ArrayBuffer.isView(value) || value instanceof DataView) return [key, value];
      const typed = value as Uint8Array;
      const Type = typed.constructor as new (buffer: SharedArrayBuffer) => Uint8Array;
      const copy = new Type(new SharedArrayBuffer(typed.byteLength));
      copy.set(typed);
      return [key, copy];
    }),
  );
}

/** One thread, which answers in the order it is asked. */
class PassThread {
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];
  #ended: WorkbenchError | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error) => this.#fail(new WorkbenchError('internal', `Thread: ${error.message}`)));
    worker.on('exit', () => this.#fail(new WorkbenchError('unavailable', 'Thread: it ended; run the step again.')));
  }

  /** Null where it cannot be started. */
  static async start(source: ThreadSource): Promise<PassThread | null> {
    const here = import.meta.url;
    // Bundled code lies in out/main or out/main/chunks, the thread always in out/main.
    const bundled = here.includes('/chunks/') ? '../pass-thread.js' : './pass-thread.js';
    const worker = new Worker(new URL(here.endsWith('.ts') ? './pass-thread.ts' : bundled, here), {
      workerData: source,
      env: {},
    });
    const thread = new PassThread(worker);
    const ready = thread.#wait();
    try {
      await ready;
      return thread;
    } catch {
      return null;
    }
  }

  ask(message: ToThread): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const answer = this.#wait();
    this.tell(message);
    return answer;
  }

  tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #wait(): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  #hear(message: FromThread): void {
    switch (message.type) {
      case 'ready':
        return this.#waiting.shift()!.resolve(undefined);
      case 'range':
        return this.#waiting.shift()!.resolve(message.result);
      case 'end':
        return this.#waiting.shift()!.resolve(message.gathered);
      case 'failed':
        return this.#fail(WorkbenchError.fromData(message.error));
    }
  }

  #fail(error: WorkbenchError): void {
    this.#ended ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}
