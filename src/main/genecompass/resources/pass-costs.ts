import { bytesOf, peakLiveBytes } from '#engine/ir/cost.ts';
import type { Graph } from '#engine/ir/graph.ts';
import { sizeOf } from '#engine/ir/value.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { tensor, type Tensor } from '#engine/runtime/tensor.ts';
import type { DeviceSpeed } from '#shared/domain/device.ts';
import { BIND_LIMIT_BYTES, MAX_COMPILED } from '../encoder.ts';
import { parameterShapes } from '../model.ts';
import { NAMES } from '../names.ts';
import { ARENA_FACTOR } from './fits.ts';
import { headsOfPass, keyOfPass, type Pass, passGraph, type PassKind, type PassModel } from './pass-graphs.ts';
import { graphSeconds } from './speed.ts';

/** A measurement goes on until it had so many runs and this long, so that a pause of the computer does not count for much. */
const FEWEST_RUNS = 3;
const ENOUGH_SECONDS = 0.3;
/** Layers of a model that is too large to be tried whole. */
const FEW_LAYERS = [2, 1];

/** Measured over predicted time: of the fastest run and of a usual one. */
interface Factors {
  readonly best: number;
  readonly mean: number;
}

/**
 * Time and memory of the passes of one model.
 *
 * Note: times as speeds predict them are right to a factor of 2 for narrow models, so one pass of each kind is timed and
 * the prediction tells the others by it. Source: docs/decisions/0049.
 */
export class PassCosts {
  readonly #model: PassModel;
  readonly #speed: DeviceSpeed;
  readonly #known = new Map<string, { seconds: number; bytes: number }>();
  readonly #factors = new Map<PassKind, Factors>();

  constructor(model: PassModel, speed: DeviceSpeed) {
    this.#model = model;
    this.#speed = speed;
  }

  /** Times of passes beside each other. */
  relative(pass: Pass): number {
    return this.#cost(pass).seconds;
  }

  /** Seconds of one run; null where nothing of its kind was measured. */
  seconds(pass: Pass, pace: keyof Factors): number | null {
    const factors = this.#factors.get(pass.kind);
    return factors ? factors[pace] * this.#cost(pass).seconds : null;
  }

  /** What the compiled graphs of some passes hold together, as many as are kept. Units: bytes. */
  heldBytes(passes: readonly Pass[]): number {
    const different = new Map(passes.map((pass) => [keyOfPass(pass), pass]));
    const largest = [...different.values()].map((pass) => this.#cost(pass).bytes).sort((a, b) => b - a);
    return largest.slice(0, MAX_COMPILED).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Times a pass, with numbers that mean nothing; a pass that is expected to be slow is tried with fewer layers. */
  async measure(runtime: Runtime, pass: Pass, limitSeconds: number): Promise<void> {
    const { config } = this.#model;
    const { seconds } = this.#cost(pass);
    const isShort = (predicted: number) => predicted * (FEWEST_RUNS + 1) <= limitSeconds;
    // Passes with a hidden gene begin behind the first layer.
    const few = FEW_LAYERS.filter((n) => n < config.nLayers && (n > 1 || pass.kind !== 'hidden-gene'));
    for (const nLayers of [config.nLayers, ...few]) {
      const graph = passGraph({ ...this.#model, config: { ...config, nLayers } }, pass);
      const predicted = nLayers === config.nLayers ? seconds : graphSeconds(graph, this.#speed);
      if (!isShort(predicted)) continue;
      const { best, mean } = await timed(runtime, graph);
      this.#factors.set(pass.kind, { best: best / predicted, mean: mean / predicted });
      return;
    }
  }

  #cost(pass: Pass): { seconds: number; bytes: number } {
    const key = keyOfPass(pass);
    let cost = this.#known.get(key);
    if (!cost) {
      const graph = passGraph(this.#model, pass);
      const outputs = [...graph.outputs.values()].reduce((sum, value) => sum + bytesOf(value), 0);
      cost = {
        seconds: graphSeconds(graph, this.#speed),
        bytes: ARENA_FACTOR * peakLiveBytes(graph) + outputs + this.#boundBytes(pass),
      };
      this.#known.set(key, cost);
    }
    return cost;
  }

  /** Weights that are packed into every compiled graph of a small model. */
  #boundBytes({ kind }: Pass): number {
    if (kind === 'gradients') return 0;
    const shapes = [...parameterShapes(this.#model.config, headsOfPass(this.#model))];
    const bytes = shapes.reduce((sum, [name, shape]) => sum + (name === NAMES.word ? 0 : 4 * sizeOf(shape)), 0);
    return bytes <= BIND_LIMIT_BYTES ? bytes : 0;
  }
}

/** Seconds of the fastest of some runs, and of their mean. */
async function timed(runtime: Runtime, graph: Graph): Promise<Factors> {
  const executable = await runtime.compile(graph);
  try {
    const feeds: Record<string, Tensor> = {};
    // Small weights keep the numbers finite; 0 and 1 are rows of every table.
    for (const [name, { dtype, shape }] of graph.inputs) {
      const n = sizeOf(shape);
      const data =
        dtype === 'float32' ? new Float32Array(n).fill(0.01) : Int32Array.from({ length: n }, (_, i) => i % 2);
      feeds[name] = tensor(dtype, shape, data);
    }
    await executable.run(feeds);
    const started = performance.now();
    let [best, runs, before] = [Infinity, 0, started];
    while (runs < FEWEST_RUNS || before - started < 1000 * ENOUGH_SECONDS) {
      await executable.run(feeds);
      const now = performance.now();
      best = Math.min(best, now - before);
      before = now;
      runs++;
    }
    return { best: best / 1000, mean: (before - started) / 1000 / runs };
  } finally {
    await executable.dispose();
  }
}
