import { toWorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Graph } from '../ir/graph.ts';
import type { CompileOptions, Executable, RunOptions, Runtime } from '../runtime/runtime.ts';
import type { Tensor } from '../runtime/tensor.ts';

export interface DeviceFailure {
  readonly reason: string;
  /** The failed runtime has not given a single number yet. */
  readonly nothingComputed: boolean;
}

/** Faults of the request, which another device would have too. */
const OWN_FAULTS: readonly string[] = ['invalid-input', 'not-found', 'numeric', 'cancelled', 'data-format'];

/**
 * A runtime that goes on with a second one once the first fails.
 *
 * `onFailure` is told once; it throws where going on would spoil the result.
 */
export function runtimeWithSubstitute(
  first: Runtime,
  second: Runtime,
  onFailure: (failure: DeviceFailure) => void,
): Runtime {
  return new SubstitutedRuntime(first, second, onFailure);
}

class SubstitutedRuntime implements Runtime {
  readonly first: Runtime;
  readonly second: Runtime;
  readonly #onFailure: (failure: DeviceFailure) => void;
  hasFailed = false;
  hasComputed = false;

  constructor(first: Runtime, second: Runtime, onFailure: (failure: DeviceFailure) => void) {
    this.first = first;
    this.second = second;
    this.#onFailure = onFailure;
  }

  get name(): string {
    return this.hasFailed ? this.second.name : this.first.name;
  }

  async compile(graph: Graph, options?: CompileOptions): Promise<Executable> {
    if (!this.hasFailed) {
      try {
        return new SubstitutedExecutable(this, await this.first.compile(graph, options), graph, options);
      } catch (thrown) {
        this.failed(thrown);
      }
    }
    return this.second.compile(graph, options);
  }

  /** Throws: what was thrown where the request is at fault, what `onFailure` throws. */
  failed(thrown: unknown): void {
    const { code, message } = toWorkbenchError(thrown);
    if (OWN_FAULTS.includes(code)) throw thrown;
    if (!this.hasFailed) this.#onFailure({ reason: message, nothingComputed: !this.hasComputed });
    this.hasFailed = true;
  }
}

/** One graph, compiled anew on the second runtime when a run fails. */
class SubstitutedExecutable implements Executable {
  readonly #runtime: SubstitutedRuntime;
  readonly #graph: Graph;
  readonly #options: CompileOptions | undefined;
  #current: Executable;
  #isSecond = false;

  constructor(runtime: SubstitutedRuntime, current: Executable, graph: Graph, options: CompileOptions | undefined) {
    this.#runtime = runtime;
    this.#current = current;
    this.#graph = graph;
    this.#options = options;
  }

  get inputs() {
    return this.#current.inputs;
  }

  get outputNames() {
    return this.#current.outputNames;
  }

  async run(feeds: Readonly<Record<string, Tensor>>, options?: RunOptions): Promise<Record<string, Tensor>> {
    if (!this.#isSecond && !this.#runtime.hasFailed) {
      try {
        const results = await this.#current.run(feeds, options);
        this.#runtime.hasComputed = true;
        return results;
      } catch (thrown) {
        this.#runtime.failed(thrown);
      }
    }
    if (!this.#isSecond) await this.#replace();
    return this.#current.run(feeds, options);
  }

  dispose(): Promise<void> {
    return this.#current.dispose();
  }

  async #replace(): Promise<void> {
    const before = this.#current;
    this.#current = await this.#runtime.second.compile(this.#graph, this.#options);
    this.#isSecond = true;
    // A device that failed may fail once more when it is let go.
    await before.dispose().catch(() => undefined);
  }
}
