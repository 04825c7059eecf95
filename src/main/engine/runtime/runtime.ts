import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Graph } from '../ir/graph.ts';
import { liveSet } from '../ir/live.ts';
import { formatType, inputName, sameShape, type Value } from '../ir/value.ts';
import type { Tensor } from './tensor.ts';

/** Something that can run graphs. */
export interface Runtime {
  readonly name: string;
  /** Throws: unsupported when this runtime lacks an op or dtype of the graph. */
  compile(graph: Graph, options?: CompileOptions): Promise<Executable>;
}

export interface CompileOptions {
  /** Parameters that stay as they are for every run: the runtime may fold and pack them. They are no longer fed. */
  readonly bind?: Readonly<Record<string, Tensor>>;
}

export interface Executable {
  /** Names and types that must be fed. */
  readonly inputs: readonly Value[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph.
   *
   * `fetch` limits the outputs computed; `into` gives tensors to write outputs to, which saves their allocation.
   * Throws: invalid-input for a missing or misshapen feed; numeric, resource or internal from the runtime.
   */
  run(feeds: Readonly<Record<string, Tensor>>, options?: RunOptions): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export interface RunOptions {
  readonly fetch?: readonly string[];
  readonly into?: Readonly<Record<string, Tensor>>;
}

/** Inputs that outputs of a graph need and that are not bound: these must be fed. */
export function unboundInputs(graph: Graph, { bind }: CompileOptions): Value[] {
  return liveSet(graph).inputs.filter((value) => !bind?.[inputName(value)]);
}

/** Compares feeds with the inputs a graph declares. */
export function checkFeeds(graph: string, inputs: readonly Value[], feeds: Readonly<Record<string, Tensor>>): void {
  for (const input of inputs) {
    const name = inputName(input);
    const fed = feeds[name];
    if (!fed) {
      throw new WorkbenchError('invalid-input', `graph ${graph}: input ${name} is not fed; feed ${formatType(input)}.`);
    }
    if (fed.dtype !== input.dtype || !sameShape(fed.shape, input.shape)) {
      throw new WorkbenchError(
        'invalid-input',
        `graph ${graph}: input ${name} is fed ${formatType(fed)}; it takes ${formatType(input)}.`,
      );
    }
  }
}

/** Outputs to compute. Throws: not-found for a name the graph does not have. */
export function checkFetch(graph: Graph, fetch: readonly string[] | undefined): readonly string[] {
  for (const name of fetch ?? []) {
    if (!graph.outputs.has(name)) {
      const known = [...graph.outputs.keys()].join(', ');
      throw new WorkbenchError('not-found', `graph ${graph.name}: no output is named ${name}; it has ${known}.`);
    }
  }
  return fetch ?? [...graph.outputs.keys()];
}
