import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { gradients } from '../autodiff/gradients.ts';
import { Graph } from '../ir/graph.ts';
import type { Value } from '../ir/value.ts';
import { type AdamWOptions, adamwCoefficients, adamwUpdate, sumOfSquares } from '../optim/adamw.ts';
import { addAdamW, adamwFeeds, slotNames } from '../optim/adamw-graph.ts';
import type { Schedule } from '../optim/schedule.ts';
import type { Executable, Runtime } from '../runtime/runtime.ts';
import { type Tensor, zeros } from '../runtime/tensor.ts';
import { checkSameTensors, copyTensors, type TrainingState } from './state.ts';

/** What a model adds to a graph. The loss is a scalar; `aux` are further outputs to report. */
export interface BuiltLoss {
  readonly loss: Value;
  readonly aux?: Readonly<Record<string, Value>>;
}

export type Mode = 'train' | 'evaluate';

export interface TrainerOptions<S> {
  /**
   * Builds the model for one batch shape. Parameters are named as in `parameters`; an input named `seed` (uint32
   * scalar) is fed a new number at every step. In `evaluate` there should be no dropout.
   */
  readonly build: (graph: Graph, shape: S, mode: Mode) => BuiltLoss;
  readonly runtime: Runtime;
  /** Starting values; copied. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Frozen parameters get no gradient and no moments. */
  readonly trains?: (name: string) => boolean;
  /** Parameters with weight decay. */
  readonly decays: (name: string) => boolean;
  readonly optimizer: AdamWOptions;
  readonly rate: Schedule;
  readonly seed: number;
  /**
   * Where AdamW runs. `host` needs half the memory and is faster on a CPU; `graph` keeps the step on the device.
   */
  readonly placement: 'host' | 'graph';
  /** Compiled graphs kept, one per batch shape and mode. */
  readonly maxExecutables: number;
}

export interface Batch<S> {
  readonly shape: S;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

export interface StepResult {
  readonly step: number;
  readonly loss: number;
  readonly rate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly aux: Readonly<Record<string, Tensor>>;
}

interface Compiled {
  readonly executable: Executable;
  readonly aux: readonly string[];
}

const AUX = 'aux/';
const GRADIENT = 'gradient/';

/** Trains a model step by step. Every step is a function of (state, batch, seed), so a resumed run repeats exactly. */
export class Trainer<S> {
  readonly #options: TrainerOptions<S>;
  readonly #trained: readonly string[];
  readonly #compiled = new Map<string, Compiled>();
  readonly #gradients: Record<string, Tensor>;
  #furtherGradients: Record<string, Tensor> | undefined;
  #state: {
    step: number;
    parameters: Record<string, Tensor>;
    first: Record<string, Tensor>;
    second: Record<string, Tensor>;
  };
  /** The state that the next step in graph is written to. */
  #spare: Omit<TrainingState, 'step'> | undefined;

  constructor(options: TrainerOptions<S>) {
    this.#options = options;
    const parameters = copyTensors(options.parameters);
    this.#trained = Object.keys(parameters)
      .filter((name) => options.trains?.(name) ?? true)
      .sort();
    const moments = () => Object.fromEntries(this.#trained.map((name) => [name, zeros(parameters[name].shape)]));
    this.#state = { step: 0, parameters, first: moments(), second: moments() };
    this.#gradients = options.placement === 'host' ? moments() : {};
  }

  /** Steps taken. */
  get stepsDone(): number {
    return this.#state.step;
  }

  /** Current parameters. Note: the trainer's own arrays, which the next step changes; copy what must stay. */
  get parameters(): Readonly<Record<string, Tensor>> {
    return this.#state.parameters;
  }

  /** Takes one step on one batch, see `stepOver`. */
  step(shape: S, feeds: Readonly<Record<string, Tensor>>): Promise<StepResult> {
    return this.stepOver([{ shape, feeds }]);
  }

  /**
   * Takes one step on the mean loss of several batches, run one after another: a large batch in the memory of a small
   * one. The reports are those of the last.
   *
   * Throws: numeric when a loss or a gradient is not finite; the state is then that of the last good step.
   * Throws: unsupported for several batches with AdamW in the graph.
   */
  async stepOver(batches: readonly Batch<S>[]): Promise<StepResult> {
    const { optimizer, placement } = this.#options;
    if (batches.length !== 1 && placement === 'graph') {
      throw new WorkbenchError(
        'unsupported',
        `trainer: ${batches.length} batches in one step need AdamW on the host; give one.`,
      );
    }
    const step = this.#state.step + 1;
    const rate = this.#options.rate(step);
    let loss = 0;
    let gradientNorm = 0;
    let aux: Record<string, Tensor> = {};
    for (const [i, { shape, feeds }] of batches.entries()) {
      const compiled = await this.#compile(shape, 'train');
      const fed = { ...this.#feeds(feeds, step, i), ...this.#state.parameters };
      const results =
        placement === 'graph'
          ? await this.#runInGraph(compiled, { ...fed, ...adamwFeeds(optimizer, step, rate) })
          : await compiled.executable.run(fed, {
              into: prefixed(GRADIENT, i === 0 ? this.#gradients : this.#further()),
            });
      if (i > 0) this.#addFurther();
      loss += Number(results.loss.data[0]) / batches.length;
      if (placement === 'graph') gradientNorm = Number(results.gradientNorm.data[0]);
      aux = this.#aux(compiled, results);
    }
    if (placement === 'host') gradientNorm = this.#gradientNorm() / batches.length;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw new WorkbenchError(
        'numeric',
        `training step ${step}: the loss is ${loss} and the gradient norm ${gradientNorm}, both must be finite; ` +
          `the state is that of step ${step - 1}. Use a lower learning rate, or look at this batch.`,
        { details: { step, loss: String(loss), gradientNorm: String(gradientNorm) } },
      );
    }
    if (placement === 'graph') this.#swap();
    else this.#update(step, rate, gradientNorm, batches.length);
    this.#state.step = step;
    return { step, loss, rate, gradientNorm, aux };
  }

  /** Loss and reports of a batch without a step. */
  async evaluate(shape: S, feeds: Readonly<Record<string, Tensor>>): Promise<Pick<StepResult, 'loss' | 'aux'>> {
    const compiled = await this.#compile(shape, 'evaluate');
    const results = await compiled.executable.run({ ...this.#feeds(feeds, 0, 0), ...this.#state.parameters });
    return { loss: Number(results.loss.data[0]), aux: this.#aux(compiled, results) };
  }

  /** A copy of the whole state. */
  exportState(): TrainingState {
    const { step, parameters, first, second } = this.#state;
    return { step, parameters: copyTensors(parameters), first: copyTensors(first), second: copyTensors(second) };
  }

  /** Goes on from a state. Throws: data-format when it belongs to another model. */
  importState(state: TrainingState): void {
    for (const part of ['parameters', 'first', 'second'] as const)
      checkSameTensors(`training state, ${part}`, state[part], this.#state[part]);
    const { step, parameters, first, second } = state;
    this.#state = { step, parameters: copyTensors(parameters), first: copyTensors(first), second: copyTensors(second) };
    this.#spare = undefined;
  }

  async dispose(): Promise<void> {
    for (const { executable } of this.#compiled.values()) await executable.dispose();
    this.#compiled.clear();
  }

  #feeds(feeds: Readonly<Record<string, Tensor>>, step: number, batch: number): Record<string, Tensor> {
    const seed = new CounterRandom(this.#options.seed, `training step, batch ${batch}`).uint32(step);
    return { seed: { dtype: 'uint32', shape: [], data: Uint32Array.of(seed) }, ...feeds };
  }

  async #compile(shape: S, mode: Mode): Promise<Compiled> {
    const key = `${mode} ${stableJson(shape)}`;
    const known = this.#compiled.get(key);
    if (known) {
      this.#compiled.delete(key);
      this.#compiled.set(key, known);
      return known;
    }
    while (this.#compiled.size >= this.#options.maxExecutables) {
      const [oldest, { executable }] = this.#compiled.entries().next().value!;
      this.#compiled.delete(oldest);
      await executable.dispose();
    }
    const graph = new Graph(key);
    const { loss, aux = {} } = this.#options.build(graph, shape, mode);
    graph.output('loss', loss);
    for (const [name, value] of Object.entries(aux)) graph.output(AUX + name, value);
    if (mode === 'train') this.#addStep(graph, loss);
    const compiled = { executable: await this.#options.runtime.compile(graph), aux: Object.keys(aux) };
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #addStep(graph: Graph, loss: Value): void {
    const parameters = this.#trained.map((name) => {
      const value = graph.inputs.get(name);
      if (!value)
        throw new WorkbenchError('internal', `trainer: parameter ${name} is not in the graph; freeze it or use it.`);
      return value;
    });
    const derivatives = gradients(loss, parameters);
    if (this.#options.placement === 'host') {
      this.#trained.forEach((name, i) => graph.output(GRADIENT + name, derivatives[i]));
      return;
    }
    const slots = this.#trained.map((name, i) => ({
      name,
      parameter: parameters[i],
      gradient: derivatives[i],
      decays: this.#options.decays(name),
    }));
    graph.output('gradientNorm', addAdamW(graph, slots, this.#options.optimizer));
  }

  async #runInGraph({ executable }: Compiled, fed: Record<string, Tensor>): Promise<Record<string, Tensor>> {
    const { parameters, first, second } = this.#state;
    const empty = () => Object.fromEntries(this.#trained.map((name) => [name, zeros(parameters[name].shape)]));
    this.#spare ??= { parameters: empty(), first: empty(), second: empty() };
    const into: Record<string, Tensor> = {};
    for (const name of this.#trained) {
      fed[slotNames.first(name)] = first[name];
      fed[slotNames.second(name)] = second[name];
      into[slotNames.nextParameter(name)] = this.#spare.parameters[name];
      into[slotNames.nextFirst(name)] = this.#spare.first[name];
      into[slotNames.nextSecond(name)] = this.#spare.second[name];
    }
    return executable.run(fed, { into });
  }

  #swap(): void {
    const spare = this.#spare!;
    const { step, parameters, first, second } = this.#state;
    this.#state = {
      step,
      parameters: { ...parameters, ...spare.parameters },
      first: { ...spare.first },
      second: { ...spare.second },
    };
    this.#spare = {
      parameters: Object.fromEntries(this.#trained.map((name) => [name, parameters[name]])),
      first,
      second,
    };
  }

  #gradientNorm(): number {
    let total = 0;
    for (const name of this.#trained) total += sumOfSquares(this.#gradients[name].data as Float32Array);
    return Math.sqrt(total);
  }

  #further(): Record<string, Tensor> {
    const { parameters } = this.#state;
    this.#furtherGradients ??= Object.fromEntries(this.#trained.map((name) => [name, zeros(parameters[name].shape)]));
    return this.#furtherGradients;
  }

  #addFurther(): void {
    for (const name of this.#trained) {
      const total = this.#gradients[name].data as Float32Array;
      const more = this.#further()[name].data as Float32Array;
      for (let i = 0; i < total.length; i++) total[i] += more[i];
    }
  }

  /** The gradients held are sums over the batches; the norm is that of their mean. */
  #update(step: number, rate: number, gradientNorm: number, nBatches: number): void {
    const whole = adamwCoefficients(this.#options.optimizer, step, rate, gradientNorm);
    const coefficients = {
      ...whole,
      takeFirst: whole.takeFirst / nBatches,
      takeSecond: whole.takeSecond / (nBatches * nBatches),
    };
    for (const name of this.#trained) {
      const slot = {
        parameter: this.#state.parameters[name].data as Float32Array,
        first: this.#state.first[name].data as Float32Array,
        second: this.#state.second[name].data as Float32Array,
        decays: this.#options.decays(name),
      };
      adamwUpdate(slot, this.#gradients[name].data as Float32Array, coefficients);
    }
  }

  #aux(compiled: Compiled, results: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
    return Object.fromEntries(compiled.aux.map((name) => [name, results[AUX + name]]));
  }
}

function prefixed(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, each]) => [prefix + name, each]));
}
