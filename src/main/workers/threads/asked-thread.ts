import { Worker } from 'node:worker_threads';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { FromThread } from './answer.ts';

/** Module of a thread: among the sources its place under `workers`, bundled in out/main as `electron.vite.config.ts` says. */
function urlOf(thread: string): URL {
  const here = import.meta.url;
  if (here.endsWith('.ts')) return new URL(`../${thread}.ts`, here);
  const name = `${thread.split('/').at(-1)}.js`;
  // Bundled code lies in out/main or out/main/chunks.
  return new URL(here.includes('/chunks/') ? `../${name}` : `./${name}`, here);
}

/** One thread, which answers in the order it is asked. */
export class AskedThread<To> {
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];
  #ended: WorkbenchError | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error) => this.#fail(new WorkbenchError('internal', `Thread: ${error.message}`)));
    worker.on('exit', () => this.#fail(new WorkbenchError('unavailable', 'Thread: it ended; run the step again.')));
  }

  /** `module`: its place under `workers`, without extension. Null where it cannot be started. */
  static async start<To>(module: string, workerData: unknown): Promise<AskedThread<To> | null> {
    const worker = new Worker(urlOf(module), { workerData, env: {} });
    const thread = new AskedThread<To>(worker);
    const ready = thread.#wait();
    try {
      await ready;
      return thread;
    } catch {
      return null;
    }
  }

  /** Questions that wait for their answer. */
  get nWaiting(): number {
    return this.#waiting.length;
  }

  ask(message: To, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const answer = this.#wait();
    this.tell(message, transfer);
    return answer;
  }

  tell(message: To, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
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
    if (message.type === 'failed') return this.#fail(WorkbenchError.fromData(message.error));
    this.#waiting.shift()!.resolve(message.type === 'done' ? message.result : undefined);
  }

  #fail(error: WorkbenchError): void {
    this.#ended ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}
