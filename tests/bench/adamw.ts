import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Graph } from '#engine/ir/graph.ts';
import { adamwCoefficients, adamwUpdate, sumOfSquares } from '#engine/optim/adamw.ts';
import { addAdamW, adamwFeeds, slotNames } from '#engine/optim/adamw-graph.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { type Tensor, zeros } from '#engine/runtime/tensor.ts';

/**
 * Where AdamW runs: one update of so many million parameters on the host, cut among threads, and as nodes of a graph.
 *
 * `node tests/bench/adamw.ts [millions …]`; the least of several runs, for docs/decisions/0020.
 */
const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 };
const TENSOR = 2 ** 20;
const REPEATS = 15;
const ROLES = ['parameter', 'first', 'second', 'gradient'] as const;
type Arrays = Record<(typeof ROLES)[number], Float32Array>;

interface Least {
  wall: number;
  /** Of all threads together, which other work on the machine disturbs less. */
  cpu: number;
}

const ms = ({ wall, cpu }: Least): string => `${wall.toFixed(0)}/${cpu.toFixed(0)}`.padStart(14);

async function least(action: () => unknown): Promise<Least> {
  const best = { wall: Infinity, cpu: Infinity };
  for (let i = 0; i < REPEATS; i++) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    await action();
    const { user, system } = process.cpuUsage(before);
    best.wall = Math.min(best.wall, performance.now() - began);
    best.cpu = Math.min(best.cpu, (user + system) / 1000);
  }
  return best;
}

function arraysOf(n: number): Arrays {
  const arrays = Object.fromEntries(
    ROLES.map((role) => [role, new Float32Array(new SharedArrayBuffer(4 * n))]),
  ) as Arrays;
  for (let i = 0; i < n; i++) arrays.gradient[i] = ((i % 97) - 48) * 1e-4;
  return arrays;
}

/** Tensors of a million, as a model has many of the size of a cache and more. */
function update(arrays: Arrays, from: number, to: number): void {
  const coefficients = adamwCoefficients(OPTIONS, 3, 1e-3, 2);
  for (let start = from; start < to; start += TENSOR) {
    const part = (role: keyof Arrays) => arrays[role].subarray(start, Math.min(start + TENSOR, to));
    const slot = { parameter: part('parameter'), first: part('first'), second: part('second'), decays: true };
    adamwUpdate(slot, part('gradient'), coefficients);
  }
}

async function inThreads(arrays: Arrays, nThreads: number): Promise<Least> {
  const n = arrays.parameter.length;
  const share = Math.ceil(n / nThreads);
  const workers = Array.from({ length: nThreads }, (_, i) => {
    const range = { from: i * share, to: Math.min((i + 1) * share, n) };
    return new Worker(new URL(import.meta.url), { workerData: { arrays, ...range } });
  });
  const once = (worker: Worker) => new Promise((resolve) => worker.once('message', resolve));
  await Promise.all(workers.map(once));
  const time = await least(() =>
    Promise.all(
      workers.map((worker) => {
        const done = once(worker);
        worker.postMessage('go');
        return done;
      }),
    ),
  );
  for (const worker of workers) await worker.terminate();
  return time;
}

async function inGraph(n: number): Promise<Least> {
  const graph = new Graph('adamw');
  const names = Array.from({ length: Math.ceil(n / TENSOR) }, (_, i) => `p${i}`);
  const shape = [TENSOR];
  const slots = names.map((name) => ({
    name,
    parameter: graph.parameter(name, shape),
    gradient: graph.input(`g/${name}`, 'float32', shape),
    decays: true,
  }));
  graph.output('norm', addAdamW(graph, slots, OPTIONS));
  const executable = await ortRuntime({ threads: 2 }).compile(graph);
  const feeds: Record<string, Tensor> = adamwFeeds(OPTIONS, 3, 1e-3);
  const into: Record<string, Tensor> = {};
  for (const name of names) {
    for (const fed of [name, `g/${name}`, slotNames.first(name), slotNames.second(name)]) feeds[fed] = zeros(shape);
    for (const next of ['nextParameter', 'nextFirst', 'nextSecond'] as const)
      into[slotNames[next](name)] = zeros(shape);
  }
  const time = await least(() => executable.run(feeds, { into }));
  await executable.dispose();
  return time;
}

if (isMainThread) {
  const sizes = process.argv.slice(2).map(Number);
  console.log('ms wall/CPU         norm      1 thread     2 threads      in graph');
  for (const millions of sizes.length > 0 ? sizes : [8, 33, 132]) {
    const n = millions * 2 ** 20;
    const arrays = arraysOf(n);
    const norm = await least(() => sumOfSquares(arrays.gradient));
    const one = await least(() => update(arrays, 0, n));
    const two = await inThreads(arrays, 2);
    const graph = await inGraph(n);
    console.log(`${String(millions).padStart(8)}${ms(norm)}${ms(one)}${ms(two)}${ms(graph)}`);
  }
} else {
  const { arrays, from, to } = workerData as { arrays: Arrays; from: number; to: number };
  parentPort!.on('message', () => {
    update(arrays, from, to);
    parentPort!.postMessage('done');
  });
  parentPort!.postMessage('ready');
}
