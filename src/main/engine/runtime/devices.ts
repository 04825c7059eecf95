import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { Graph } from '../ir/graph.ts';
import { matmul } from '../ops/index.ts';
import { type ExecutionProvider, listProviders, ortRuntime } from './ort.ts';
import { tensor } from './tensor.ts';

export interface DeviceReport {
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly providers: readonly ProviderReport[];
}

export interface ProviderReport {
  readonly name: string;
  readonly usable: boolean;
  /** Plain words for the user. */
  readonly words: string;
  /** Billions of floating-point operations a second in one large matrix product; null where it cannot run. */
  readonly gigaflops: number | null;
}

const WORDS: Readonly<Record<string, string>> = {
  cpu: 'the processor of this computer',
  webgpu: 'the graphics card, through WebGPU (any maker)',
  cuda: 'an NVIDIA graphics card, through CUDA',
  tensorrt: 'an NVIDIA graphics card, through TensorRT',
  dml: 'the graphics card, through DirectML',
  coreml: 'an Apple chip, through Core ML',
};

/** Names this runtime can be asked for; TensorRT is listed by CUDA builds but wants engines of its own. */
const OFFERED: readonly string[] = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

/** What is here and how fast it is. Tries each of `names` on a matrix product and reports what failed, never throws. */
export async function inspectDevices(names: readonly string[] = listProviders()): Promise<DeviceReport> {
  const providers: ProviderReport[] = [];
  for (const name of names.filter((each) => OFFERED.includes(each)))
    providers.push(await tryProvider(name as ExecutionProvider));
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    providers,
  };
}

async function tryProvider(name: ExecutionProvider): Promise<ProviderReport> {
  const what = WORDS[name] ?? name;
  try {
    const gigaflops = await matrixSpeed(name);
    return {
      name,
      usable: true,
      gigaflops,
      words: `${what}: ready, about ${Number(gigaflops.toPrecision(2))} billion operations a second`,
    };
  } catch {
    return {
      name,
      usable: false,
      gigaflops: null,
      words: `${what}: not usable here (no such device, or its driver is missing)`,
    };
  }
}

async function matrixSpeed(provider: ExecutionProvider): Promise<number> {
  const n = 512;
  const graph = new Graph('speed');
  graph.output('product', matmul(graph.input('a', 'float32', [n, n]), graph.input('b', 'float32', [n, n])));
  const executable = await ortRuntime({ provider }).compile(graph);
  try {
    const ones = tensor('float32', [n, n], new Float32Array(n * n).fill(1));
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 4; i++) {
      const start = performance.now();
      await executable.run({ a: ones, b: ones });
      best = Math.min(best, performance.now() - start);
    }
    return (2 * n ** 3) / (best * 1e6);
  } finally {
    await executable.dispose();
  }
}
