import * as ort from 'onnxruntime-node';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Graph } from '../ir/graph.ts';
import { leavesReversed } from '../ir/order.ts';
import { verify } from '../ir/verify.ts';
import { allocate, formatType, inputName, sizeOf, type TensorType, type Value } from '../ir/value.ts';
import { encode, type Precision } from '../onnx/encode.ts';
import { isWithheld, WITHHELD } from '../onnx/withheld.ts';
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

// What goes wrong is thrown; ONNX Runtime would also print it.
ort.env.logLevel = 'fatal';

export type ExecutionProvider = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

export interface OrtOptions {
  readonly provider?: ExecutionProvider;
  /** Threads within one op; 0 lets ONNX Runtime take every core. */
  readonly threads?: number;
  readonly optimization?: 'disabled' | 'basic' | 'extended' | 'all';
  /** Keeps freed memory for the next run. */
  readonly memoryArena?: boolean;
  /** Of products of matrices. Note: the processor has no float16 kernels and computes them by way of float32, slower. */
  readonly precision?: Precision;
}

/** ONNX Runtime. Note: `run` blocks the event loop of the process until the graph has run. */
export function ortRuntime(options: OrtOptions = {}): Runtime {
  const provider = options.provider ?? 'cpu';
  return {
    name: `onnxruntime-${provider}`,
    async compile(graph, compileOptions = {}) {
      verify(graph);
      const { bind } = compileOptions;
      const encodeOptions = { bind, precision: options.precision, order: leavesReversed, withholds: true };
      const session = await guard(graph, 'compile', () =>
        ort.InferenceSession.create(encode(graph, encodeOptions), {
          executionProviders: [provider],
          graphOptimizationLevel: options.optimization ?? 'all',
          // Its block for a whole run comes on top of what the arena already holds: 460 MB more at 6 × 256, no time saved.
          enableMemPattern: false,
          enableCpuMemArena: options.memoryArena ?? true,
          intraOpNumThreads: options.threads ?? 0,
          logSeverityLevel: 4,
          extra: {
            // Waiting threads that spin hold a core: with two busy cores a step took 1.5 to 2 times as long as without.
            session: { intra_op: { allow_spinning: '0' } },
            // The processor's kernel of the fused pair takes several times as long as the sum and the norm do (ADR 0024).
            ...(provider === 'cpu' ? { optimization: { disable_specified_optimizers: 'SkipLayerNormFusion' } } : {}),
          },
        }),
      );
      return new OrtExecutable(graph, session, compileOptions);
    },
  };
}

/** Names of the execution providers this build of ONNX Runtime carries. */
export function listProviders(): string[] {
  return ort.listSupportedBackends().map((backend) => backend.name);
}

class OrtExecutable implements Executable {
  readonly inputs: readonly Value[];
  readonly outputNames: readonly string[];
  readonly #graph: Graph;
  readonly #session: ort.InferenceSession;

  constructor(graph: Graph, session: ort.InferenceSession, options: CompileOptions) {
    this.#graph = graph;
    this.#session = session;
    this.inputs = unboundInputs(graph, options);
    this.outputNames = [...graph.outputs.keys()];
  }

  async run(feeds: Readonly<Record<string, Tensor>>, options: RunOptions = {}): Promise<Record<string, Tensor>> {
    checkFeeds(this.#graph.name, this.inputs, feeds);
    const ortFeeds = Object.fromEntries(this.inputs.map((value) => [inputName(value), toOrt(feeds[inputName(value)])]));
    const results: Record<string, Tensor> = {};
    const fetches: Record<string, ort.Tensor | null> = { [WITHHELD]: null };
    for (const name of checkFetch(this.#graph, options.fetch)) {
      const result = (results[name] = options.into?.[name] ?? empty(this.#graph.outputs.get(name)!));
      if (result.data.length > 0) fetches[name] = toOrt(result);
    }
    await guard(this.#graph, 'run', () =>
      this.#session.run(ortFeeds, fetches, { logSeverityLevel: 4 }).catch(withheld),
    );
    return results;
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

function toOrt(tensor: Tensor): ort.Tensor {
  return new ort.Tensor(tensor.dtype, tensor.data as never, tensor.shape as number[]);
}

function empty({ dtype, shape }: TensorType): Tensor {
  return { dtype, shape, data: allocate(dtype, sizeOf(shape)) };
}

function withheld(error: unknown): void {
  if (!isWithheld(error)) throw error;
}

async function guard<T>(graph: Graph, step: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const types = [...graph.outputs].map(([name, value]) => `${name} ${formatType(value)}`).join(', ');
    const subject = `graph ${graph.name} (${types.slice(0, 200)}): ONNX Runtime could not ${step} it`;
    if (/alloc|out of memory|bad_alloc/i.test(reason)) {
      throw new WorkbenchError('resource', `${subject}, memory is exhausted (${reason}); use smaller batches.`, {
        cause,
      });
    }
    if (/NOT_IMPLEMENTED|not supported|no available backend|backend not found/i.test(reason)) {
      throw new WorkbenchError('unsupported', `${subject} (${reason}); choose another device.`, { cause });
    }
    throw new WorkbenchError('internal', `${subject}: ${reason}`, { cause });
  }
}
