import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import type { Graph } from '../ir/graph.ts';
import { type AdamWOptions, adamwCoefficients } from '../optim/adamw.ts';
import { adamwFeeds, slotNames } from '../optim/adamw-graph.ts';
import { adamwState, type AdamWState } from '../optim/adamw-state.ts';
import type { Schedule } from '../optim/schedule.ts';
import { ExecutableCache } from '../runtime/executable-cache.ts';
import type { Executable, Runtime } from '../runtime/runtime.ts';
import { type Tensor, zeros } from '../runtime/tensor.ts';
import { FIRST_LOSS_SCALE, halved, type LossScale, steadied } from './loss-scale.ts';
import { type BuiltLoss, GRADIENT, type Mode, stepGraph } from './step-graph.ts';
import { auxOf, meanReports, prefixed, scaleFeeds, sharesOf } from './step-io.ts';
import { checkSameTensors, copyTensors, type SkipCounts, type TrainingState } from './state.ts';

export type { BuiltLoss, Mode } from './step-graph.ts';

/**
 * Largest norm of an applied gradient: beyond it a squared element may leave the range of a float32 moment, which then
 * stays infinite.
 */
const LARGEST_APPLIED_NORM = 1e18;

export interface TrainerOptions<S> {
  /**
   * Builds the model for one batch shape. Parameters are named as in `parameters`; an input named `seed` (uint32
   * scalar) is fed a new number at every step. In `evaluate` there should be no dropout.
   */
  readonly build: (graph: Graph, shape: S, mode: Mode) => BuiltLoss;
  readonly runtime: Runtime;
  /** Starting values; those that are trained are copied. */
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
  /**
   * Scales the loss while gradients are computed, for a runtime with float16 products; needs AdamW on the host. A gradient
   * that overflows is computed again with half the factor.
   */
  readonly scalesLoss?: boolean;
  /** Compiled graphs kept, one per batch shape and mode. */
  readonly maxExecutables: number;
}

export interface Batch<S> {
  readonly shape: S;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** What the mean of this batch's loss is taken over, such as the number of masked positions; 1 when absent. */
  readonly weight?: number;
}

export interface StepResult {
  readonly step: number;
  readonly loss: number;
  readonly rate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Nothing was updated, because the loss or the gradient is not finite. */
  readonly skipped: boolean;
  /** Scalars are means over the batches, other reports those of the last batch. */
  readonly aux: Readonly<Record<string, Tensor>>;
}

/** Trains a model step by step. Every step is a function of (state, batch, seed), so a resumed run repeats exactly. */
export class Trainer<S> {
  readonly #options: TrainerOptions<S>;
  readonly #trained: readonly string[];
  readonly #executables: ExecutableCache;
  /** Null where AdamW is in the graph. */
  readonly #adamw: AdamWState | null;
  #state: {
    step: number;
    skips: SkipCounts;
    lossScale: LossScale | null;
    /** The frozen ones included. */
    parameters: Record<string, Tensor>;
    first: Record<string, Tensor>;
    second: Record<string, Tensor>;
  };
  /** The state that the next step in graph is written to. */
  #spare: Pick<TrainingState, 'parameters' | 'first' | 'second'> | undefined;

  constructor(options: TrainerOptions<S>) {
    this.#options = options;
    this.#executables = new ExecutableCache(options.maxExecutables);
    const parameters = { ...options.parameters };
    this.#trained = Object.keys(parameters)
      .filter((name) => options.trains?.(name) ?? true)
      .sort();
    const trained = this.#trainedOf(parameters);
    const moments = () => Object.fromEntries(this.#trained.map((name) => [name, zeros(parameters[name].shape)]));
    this.#adamw = options.placement === 'host' ? adamwState(trained, options) : null;
    const own = this.#adamw ?? { parameters: copyTensors(trained), first: moments(), second: moments() };
    this.#state = {
      step: 0,
      skips: { total: 0, inRow: 0 },
      lossScale: options.scalesLoss ? FIRST_LOSS_SCALE : null,
      parameters: { ...parameters, ...own.parameters },
      first: { ...own.first },
      second: { ...own.second },
    };
  }

  /** Steps taken, the skipped ones included. */
  get stepsDone(): number {
    return this.#state.step;
  }

  /** Null where the loss is not scaled. */
  get lossScale(): LossScale | null {
    return this.#state.lossScale;
  }

  get skips(): SkipCounts {
    return this.#state.skips;
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
   * Takes one step on several batches, run one after another: a large batch in the memory of a small one. The loss is
   * the weighted mean of theirs, which is that of one large batch.
   *
   * Throws: numeric when a loss or a gradient is not finite; the state is then that of the last good step.
   * Throws: unsupported for several batches with AdamW in the graph.
   */
  async stepOver(batches: readonly Batch<S>[]): Promise<StepResult> {
    const result = await this.#attempt(batches);
    const { step, loss, gradientNorm } = result;
    if (result.skipped) {
      throw new WorkbenchError(
        'numeric',
        `training step ${step}: the loss is ${loss} and the gradient norm ${gradientNorm}, both must be finite; ` +
          `the state is that of step ${step - 1}. Use a lower learning rate, or look at this batch.`,
        { details: { step, loss: String(loss), gradientNorm: String(gradientNorm) } },
      );
    }
    this.#state.step = step;
    this.#state.skips = { ...this.#state.skips, inRow: 0 };
    return result;
  }

  /**
   * As `stepOver`, but a step whose loss or gradient is not finite is counted and left out: its place in the schedule
   * and in the random numbers is used up, parameters, moments and the step count of AdamW stay.
   */
  async stepOrSkip(batches: readonly Batch<S>[]): Promise<StepResult> {
    const result = await this.#attempt(batches);
    const { total, inRow } = this.#state.skips;
    this.#state.step = result.step;
    this.#state.skips = result.skipped ? { total: total + 1, inRow: inRow + 1 } : { total, inRow: 0 };
    return result;
  }

  /** As `#tryOnce`, with the loss scaled down as long as that may be what a gradient overflowed for. */
  async #attempt(batches: readonly Batch<S>[]): Promise<StepResult> {
    for (;;) {
      const result = await this.#tryOnce(batches);
      const { lossScale } = this.#state;
      if (lossScale === null) return result;
      const smaller = result.skipped && Number.isFinite(result.loss) ? halved(lossScale) : null;
      this.#state.lossScale = smaller ?? (result.skipped ? lossScale : steadied(lossScale));
      if (smaller === null) return result;
    }
  }

  /** Computes a step and applies it if it is finite; counts nothing. */
  async #tryOnce(batches: readonly Batch<S>[]): Promise<StepResult> {
    const { optimizer, placement } = this.#options;
    const { lossScale } = this.#state;
    if ((batches.length !== 1 || lossScale !== null) && placement === 'graph') {
      const fact = lossScale === null ? `${batches.length} batches in one step` : 'a scaled loss';
      throw new WorkbenchError('unsupported', `trainer: ${fact} needs AdamW on the host; place it there.`);
    }
    const step = this.#state.step + 1;
    const nUpdates = step - this.#state.skips.total;
    const rate = this.#options.rate(step);
    const shares = sharesOf(batches);
    let loss = 0;
    let gradientNorm = 0;
    const reports: Record<string, Tensor>[] = [];
    for (const [i, { shape, feeds }] of batches.entries()) {
      const executable = await this.#compile(shape, 'train');
      const fed = { ...this.#feeds(feeds, step, i), ...scaleFeeds(lossScale), ...this.#state.parameters };
      const adamw = this.#adamw;
      const results = adamw
        ? await executable.run(fed, { into: prefixed(GRADIENT, i === 0 ? adamw.gradients : adamw.further()) })
        : await this.#runInGraph(executable, { ...fed, ...adamwFeeds(optimizer, nUpdates, rate) });
      if (i > 0) adamw!.addFurther(i === 1 ? shares[0] : 1, shares[i]);
      loss += shares[i] * Number(results.loss.data[0]);
      if (placement === 'graph') gradientNorm = Number(results.gradientNorm.data[0]);
      reports.push(auxOf(results));
    }
    if (this.#adamw) gradientNorm = this.#adamw.gradientNorm() / (lossScale?.factor ?? 1);
    const applied = Math.min(gradientNorm, optimizer.clipNorm);
    const skipped = !(Number.isFinite(loss) && Number.isFinite(gradientNorm) && applied < LARGEST_APPLIED_NORM);
    if (!skipped && placement === 'graph') this.#swap();
    else if (!skipped) this.#update(nUpdates, rate, gradientNorm, lossScale?.factor ?? 1);
    return { step, loss, rate, gradientNorm, skipped, aux: meanReports(reports, shares) };
  }

  /** Loss and reports of a batch without a step. */
  async evaluate(shape: S, feeds: Readonly<Record<string, Tensor>>): Promise<Pick<StepResult, 'loss' | 'aux'>> {
    const executable = await this.#compile(shape, 'evaluate');
    const results = await executable.run({ ...this.#feeds(feeds, 0, 0), ...this.#state.parameters });
    return { loss: Number(results.loss.data[0]), aux: auxOf(results) };
  }

  /** A copy of the whole state. */
  exportState(): TrainingState {
    const { parameters, first, second, ...counts } = this.stateView();
    return {
      ...counts,
      parameters: copyTensors(parameters),
      first: copyTensors(first),
      second: copyTensors(second),
    };
  }

  /** The whole state in the trainer's own arrays. Note: the next step changes them. */
  stateView(): TrainingState {
    const { step, skips, lossScale, parameters, first, second } = this.#state;
    return { step, skips, lossScale, parameters: this.#trainedOf(parameters), first, second };
  }

  /** A copy of the trained parameters. */
  exportTrained(): Record<string, Tensor> {
    return copyTensors(this.#trainedOf(this.#state.parameters));
  }

  /** Goes on from a state. Throws: data-format when it belongs to another model. */
  importState(state: TrainingState): void {
    const expected = { ...this.#state, parameters: this.#trainedOf(this.#state.parameters) };
    for (const part of ['parameters', 'first', 'second'] as const)
      checkSameTensors(`training state, ${part}`, state[part], expected[part]);
    const { step, skips, lossScale } = state;
    this.#state = { ...this.#state, step, skips, lossScale };
    for (const part of ['parameters', 'first', 'second'] as const) {
      for (const name of this.#trained)
        (this.#state[part][name].data as Float32Array).set(state[part][name].data as Float32Array);
    }
  }

  async dispose(): Promise<void> {
    await this.#executables.dispose();
    this.#adamw?.dispose();
  }

  #trainedOf(tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
    return Object.fromEntries(this.#trained.map((name) => [name, tensors[name]]));
  }

  #feeds(feeds: Readonly<Record<string, Tensor>>, step: number, batch: number): Record<string, Tensor> {
    const seed = new CounterRandom(this.#options.seed, `training step, batch ${batch}`).uint32(step);
    return { seed: { dtype: 'uint32', shape: [], data: Uint32Array.of(seed) }, ...feeds };
  }

  #compile(shape: S, mode: Mode): Promise<Executable> {
    const { build, decays, optimizer, placement, runtime } = this.#options;
    const key = `${mode} ${stableJson(shape)}`;
    return this.#executables.get(key, () =>
      runtime.compile(
        stepGraph(key, mode, {
          build: (graph, builtMode) => build(graph, shape, builtMode),
          trained: this.#trained,
          decays,
          optimizer,
          placement,
          scalesLoss: this.#options.scalesLoss ?? false,
        }),
      ),
    );
  }

  async #runInGraph(executable: Executable, fed: Record<string, Tensor>): Promise<Record<string, Tensor>> {
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
    const { parameters, first, second } = this.#state;
    this.#state = {
      ...this.#state,
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

  /** The gradients held are so many times those of the loss. */
  #update(nUpdates: number, rate: number, gradientNorm: number, factor: number): void {
    const whole = adamwCoefficients(this.#options.optimizer, nUpdates, rate, gradientNorm);
    const coefficients = {
      ...whole,
      takeFirst: whole.takeFirst / factor,
      takeSecond: whole.takeSecond / (factor * factor),
    };
    this.#adamw!.update(coefficients);
  }
}
