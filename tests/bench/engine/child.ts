import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { CaseData } from './bench-case.ts';

export interface RunAnswer {
  readonly seconds: number;
  /** Processor time of all threads. */
  readonly cpuSeconds: number;
  /** A few results, to compare with those of other programs. */
  readonly numbers: readonly number[];
  readonly peakBytes: number;
  /** Memory now. */
  readonly residentBytes: number;
}

/** A program in its own process, asked one thing at a time. */
export class BenchChild {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  #errors = '';
  #waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | undefined;
  #ended: string | undefined;

  constructor(command: string, args: readonly string[], threads: number, settings: Record<string, string> = {}) {
    const count = String(threads);
    // Waiting threads that spin take the cores from those that work: PyTorch's step took 2 to 8 times as long on a busy
    // machine. Ours sleep, so its threads do; a person's own settings win.
    const sleeping = { OMP_WAIT_POLICY: 'passive', OPENBLAS_THREAD_TIMEOUT: '4' };
    this.#process = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...sleeping,
        ...process.env,
        ...settings,
        OMP_NUM_THREADS: count,
        OPENBLAS_NUM_THREADS: count,
        MKL_NUM_THREADS: count,
      },
    });
    this.#lines = createInterface({ input: this.#process.stdout! });
    this.#lines.on('line', (line) => this.#waiting?.resolve(line));
    this.#process.stderr!.on(
      'data',
      (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-2000)),
    );
    this.#process.stdin!.on('error', () => undefined);
    this.#process.on('error', (error) => this.#end(error.message));
    this.#process.on('close', (code, signal) =>
      this.#end(signal === 'SIGKILL' ? 'it was killed (time or memory ran out)' : `it ended with ${signal ?? code}`),
    );
  }

  /** Builds model and batch. Returns a note for the row, mostly empty. */
  async prepare(data: CaseData, timeoutSeconds: number): Promise<string> {
    return (await this.#ask<{ note: string }>({ prepare: data }, timeoutSeconds)).note;
  }

  /** One call. `collect`: garbage first, where the collector is at hand, so that it is not part of the memory now. */
  run(timeoutSeconds: number, collect = false): Promise<RunAnswer> {
    return this.#ask<RunAnswer>({ run: true, collect }, timeoutSeconds);
  }

  stop(): void {
    this.#lines.close();
    this.#process.kill('SIGKILL');
  }

  async #ask<T>(request: object, timeoutSeconds: number): Promise<T> {
    if (this.#ended) throw new Error(this.#ended);
    const answer = new Promise<string>((resolve, reject) => (this.#waiting = { resolve, reject }));
    const timer = setTimeout(() => {
      this.#waiting?.reject(new Error(`no answer in ${Math.round(timeoutSeconds)} s`));
      this.stop();
    }, timeoutSeconds * 1000);
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    try {
      const parsed = JSON.parse(await answer) as T & { error?: string };
      if (parsed.error) throw new Error(parsed.error);
      return parsed;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  #end(how: string): void {
    const last = this.#errors.trim().split('\n').at(-1);
    this.#ended = last ? `${how}: ${last}` : how;
    this.#waiting?.reject(new Error(this.#ended));
  }
}
