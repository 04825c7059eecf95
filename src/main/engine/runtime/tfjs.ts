import type * as tf from '@tensorflow/tfjs-core';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Graph } from '../ir/graph.ts';
import { liveSet } from '../ir/live.ts';
import { inputName, type Node, type Value } from '../ir/value.ts';
import { verify } from '../ir/verify.ts';
import {
  checkFeeds,
  checkFetch,
  type CompileOptions,
  type Executable,
  type RunOptions,
  type Runtime,
  unboundInputs,
} from './runtime.ts';
import type { Tensor } from './tensor.ts';
import { onBackend, TFJS_BACKENDS, type TfjsBackend } from './tfjs/backend.ts';
import { checkSupported, evaluate } from './tfjs/evaluate.ts';
import { KERNELS } from './tfjs/kernels.ts';
import { download, upload } from './tfjs/storage.ts';

export type { TfjsBackend } from './tfjs/backend.ts';

export interface TfjsOptions {
  /** `wasm` where not given: it is always here and several times as fast as `cpu`. */
  readonly backend?: TfjsBackend;
}

export interface TfjsBackendReport {
  readonly name: TfjsBackend;
  readonly usable: boolean;
  /** Plain words for the user. */
  readonly words: string;
}

/**
 * TensorFlow.js, node by node: the second, independent executor of a graph.
 *
 * Note: `run` blocks the event loop. float64 is unsupported, an int64 must fit into 32 bits.
 */
export function tfjsRuntime({ backend = 'wasm' }: TfjsOptions = {}): Runtime {
  return {
    name: `tfjs-${backend}`,
    async compile(graph, options = {}) {
      verify(graph);
      const live = liveSet(graph);
      checkSupported(graph, live, KERNELS, backend);
      return guard(graph, backend, 'compile', () => {
        const held = new Map<Value, tf.Tensor>();
        for (const value of live.constants) {
          const { producer, dtype, shape } = value;
          if (producer.kind === 'constant') held.set(value, upload({ dtype, shape, data: producer.data }));
        }
        for (const value of live.inputs) {
          const bound = options.bind?.[inputName(value)];
          // The backends keep the array they are given, and a bound tensor must not change with its source.
          if (bound) held.set(value, upload({ ...bound, data: bound.data.slice() as Tensor['data'] }));
        }
        return new TfjsExecutable(graph, backend, held, options);
      });
    },
  };
}

/** Which backends are here, in plain words. Never throws. */
export async function tfjsBackends(): Promise<TfjsBackendReport[]> {
  const reports: TfjsBackendReport[] = [];
  for (const name of TFJS_BACKENDS) {
    try {
      await onBackend(name, () => undefined);
      reports.push({ name, usable: true, words: `TensorFlow.js (${name}): ready` });
    } catch (error) {
      reports.push({ name, usable: false, words: error instanceof Error ? error.message : String(error) });
    }
  }
  return reports;
}

class TfjsExecutable implements Executable {
  readonly inputs: readonly Value[];
  readonly outputNames: readonly string[];
  readonly #graph: Graph;
  readonly #backend: TfjsBackend;
  /** Constants and bound tensors, kept from run to run. */
  readonly #held: Map<Value, tf.Tensor>;
  readonly #plans = new Map<string, readonly Node[]>();

  constructor(graph: Graph, backend: TfjsBackend, held: Map<Value, tf.Tensor>, options: CompileOptions) {
    this.#graph = graph;
    this.#backend = backend;
    this.#held = held;
    this.inputs = unboundInputs(graph, options);
    this.outputNames = [...graph.outputs.keys()];
  }

  async run(feeds: Readonly<Record<string, Tensor>>, options: RunOptions = {}): Promise<Record<string, Tensor>> {
    checkFeeds(this.#graph.name, this.inputs, feeds);
    const names = checkFetch(this.#graph, options.fetch);
    const wanted = names.map((name) => this.#graph.outputs.get(name)!);
    const nodes = this.#planFor(names, wanted);
    return guard(this.#graph, this.#backend, 'run', () => {
      const given = new Map(this.#held);
      const fed: tf.Tensor[] = [];
      let known: Map<Value, tf.Tensor> | undefined;
      try {
        for (const value of this.inputs) {
          const held = upload(feeds[inputName(value)]);
          fed.push(held);
          given.set(value, held);
        }
        known = evaluate(nodes, given, wanted, KERNELS);
        return Object.fromEntries(names.map((name, i) => [name, fetched(known!, wanted[i], options.into?.[name])]));
      } finally {
        for (const [value, held] of known ?? []) if (!given.has(value)) held.dispose();
        for (const held of fed) held.dispose();
      }
    });
  }

  async dispose(): Promise<void> {
    await onBackend(this.#backend, () => this.#held.forEach((held) => held.dispose()));
    this.#held.clear();
  }

  #planFor(names: readonly string[], wanted: readonly Value[]): readonly Node[] {
    const key = names.join('\n');
    const nodes = this.#plans.get(key) ?? liveSet(this.#graph, wanted).nodes;
    this.#plans.set(key, nodes);
    return nodes;
  }
}

function fetched(known: ReadonlyMap<Value, tf.Tensor>, value: Value, into: Tensor | undefined): Tensor {
  const data = download(known.get(value)!, value, into?.data);
  return into ?? { dtype: value.dtype, shape: value.shape, data };
}

async function guard<T>(graph: Graph, backend: TfjsBackend, step: string, work: () => T): Promise<T> {
  try {
    return await onBackend(backend, work);
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const subject = `graph ${graph.name}: TensorFlow.js (${backend}) could not ${step} it`;
    if (/memory|alloc/i.test(reason)) {
      throw new WorkbenchError('resource', `${subject}, memory is exhausted (${reason}); use smaller batches.`, {
        cause,
      });
    }
    throw new WorkbenchError('internal', `${subject}: ${reason}`, { cause });
  }
}
