import type { DeviceSpeed } from '#shared/domain/device.ts';
import { Graph } from '../ir/graph.ts';
import type { Value } from '../ir/value.ts';
import { add, expand, matmul, reduceSum } from '../ops/index.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { tensor, type Tensor } from '../runtime/tensor.ts';

/** Speeds are told from two chains of different length, so that transfers and the start of a graph drop out. */
interface Chain {
  readonly build: (graph: Graph, links: number) => Value;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly links: readonly [short: number, long: number];
}

const LARGE = 1024;
const SMALL = 256;
const ELEMENTS = 1 << 22;
const TINY_LINKS = 96;
/** A device that would need longer than this for one large product is told by the small ones alone. */
const SLOW_SECONDS = 0.5;

/** Measures a runtime in a few seconds. */
export async function measureSpeed(runtime: Runtime): Promise<DeviceSpeed> {
  const small = await secondsPerLink(runtime, matrixChain(SMALL, [2, 18]));
  const expected = small * (LARGE / SMALL) ** 3;
  const large = expected > SLOW_SECONDS ? expected : await secondsPerLink(runtime, matrixChain(LARGE, [1, 5]));
  const wide = await secondsPerLink(runtime, elementChain(ELEMENTS, [2, 10]));
  const tiny = elementChain(1, [1, TINY_LINKS]);
  const run = await bestSeconds(runtime, tiny, 1);
  return {
    gigaflops: (2 * LARGE ** 3) / large / 1e9,
    smallGigaflops: (2 * SMALL ** 3) / small / 1e9,
    gigabytesPerSecond: (8 * ELEMENTS) / wide / 1e9,
    runMs: run * 1000,
    operatorMs: (await secondsPerLink(runtime, tiny)) * 1000,
  };
}

function matrixChain(n: number, links: Chain['links']): Chain {
  return {
    build: (graph, count) => {
      const weight = graph.input('weight', 'float32', [n, n]);
      let x = graph.input('x', 'float32', [n, n]);
      for (let i = 0; i < count; i++) x = matmul(x, weight);
      return reduceSum(x);
    },
    // A power of the mean stays what it is, however long the chain.
    feeds: { x: filled([n, n], 1), weight: filled([n, n], 1 / n) },
    links,
  };
}

function elementChain(n: number, links: Chain['links']): Chain {
  return {
    build: (graph, count) => {
      const term = graph.input('term', 'float32', [1]);
      let x = expand(graph.input('x', 'float32', [1]), [n]);
      for (let i = 0; i < count; i++) x = add(x, term);
      return reduceSum(x);
    },
    feeds: { x: filled([1], 1), term: filled([1], 1) },
    links,
  };
}

async function secondsPerLink(runtime: Runtime, chain: Chain): Promise<number> {
  const [short, long] = chain.links;
  const [less, more] = [await bestSeconds(runtime, chain, short), await bestSeconds(runtime, chain, long)];
  // On a busy machine the short chain may come out longer; the whole of the long one is then the bound.
  return more > less ? (more - less) / (long - short) : more / long;
}

const REPEATS = 5;
const ENOUGH_MS = 400;

/** Shortest of a few runs: what disturbs a run only ever makes it longer. */
async function bestSeconds(runtime: Runtime, chain: Chain, links: number): Promise<number> {
  const graph = new Graph('device-speed');
  graph.output('sum', chain.build(graph, links));
  const executable = await runtime.compile(graph);
  try {
    await executable.run(chain.feeds);
    let best = Infinity;
    const started = performance.now();
    for (let i = 0; i < REPEATS && (i < 2 || performance.now() - started < ENOUGH_MS); i++) {
      const before = performance.now();
      await executable.run(chain.feeds);
      best = Math.min(best, performance.now() - before);
    }
    return best / 1000;
  } finally {
    await executable.dispose();
  }
}

function filled(shape: readonly number[], value: number): Tensor {
  return tensor('float32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value));
}
