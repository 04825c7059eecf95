import type { Executable } from './runtime.ts';

/** Compiled graphs by key; beyond the limit the one unused for longest is disposed. */
export class ExecutableCache {
  readonly #limit: number;
  readonly #known = new Map<string, Executable>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  async get(key: string, compile: () => Promise<Executable>): Promise<Executable> {
    let executable = this.#known.get(key);
    if (executable) {
      this.#known.delete(key);
    } else {
      // Makes room first: two compiled graphs more than the limit could be more than the memory.
      while (this.#known.size >= this.#limit) {
        const [oldest, unused] = this.#known.entries().next().value!;
        this.#known.delete(oldest);
        await unused.dispose();
      }
      executable = await compile();
    }
    this.#known.set(key, executable);
    return executable;
  }

  async dispose(): Promise<void> {
    for (const executable of this.#known.values()) await executable.dispose();
    this.#known.clear();
  }
}
