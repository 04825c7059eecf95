import { Graph } from '#engine/ir/graph.ts';
import { adamwCoefficients } from '#engine/optim/adamw.ts';
import { addAdamW, adamwFeeds, slotNames } from '#engine/optim/adamw-graph.ts';
import type { AdamWState } from '#engine/optim/adamw-state.ts';
import { plainState } from '#engine/optim/plain-state.ts';
import { sharedState } from '#engine/optim/shared-state.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { type Tensor, zeros } from '#engine/runtime/tensor.ts';

/**
 * Where AdamW runs: norm and update of so many million parameters in plain loops, in vector kernels, and as nodes of a graph.
 *
 * `node tests/bench/adamw.ts [millions …]`; the least of several runs, for docs/decisions/0020 and 0023.
 */
const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 };
const TENSOR = 2 ** 20;
const REPEATS = 15;

interface Least {
  wall: number;
  /** Of all threads together, which other work on the machine disturbs less. */
  cpu: number;
}

const ms = ({ wall, cpu }: Least): string => `${wall.toFixed(0)}/${cpu.toFixed(0)}`.padStart(12);

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

/** Tensors of a million, as a model has many of the size of a cache and more. */
function parametersOf(n: number): Record<string, Tensor> {
  return Object.fromEntries(Array.from({ length: Math.ceil(n / TENSOR) }, (_, i) => [`p${i}`, zeros([TENSOR])]));
}

async function onHost(state: AdamWState): Promise<string> {
  for (const { data } of Object.values(state.gradients))
    for (let i = 0; i < data.length; i++) data[i] = ((i % 97) - 48) * 1e-4;
  const norm = await least(() => state.gradientNorm());
  const update = await least(() => state.update(adamwCoefficients(OPTIONS, 3, 1e-3, 2)));
  state.dispose();
  return ms(norm) + ms(update);
}

async function inGraph(n: number): Promise<Least> {
  const graph = new Graph('adamw');
  const names = Object.keys(parametersOf(n));
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

const decays = () => true;
const sizes = process.argv.slice(2).map(Number);
console.log('ms wall/CPU    loops: norm      update 1 thread: norm   update  2: norm      update    in graph');
for (const millions of sizes.length > 0 ? sizes : [8, 33, 132]) {
  const n = millions * 2 ** 20;
  const columns = [await onHost(plainState(parametersOf(n), { decays }))];
  for (const nThreads of [1, 2]) columns.push(await onHost(sharedState(parametersOf(n), { decays, nThreads })!));
  console.log(`${String(millions).padStart(12)}${columns.join('')}${ms(await inGraph(n))}`);
}
