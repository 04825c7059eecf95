import type { Runtime } from '#engine/runtime/runtime.ts';
import type { TrainingState } from '#engine/train/state.ts';
import { type Batch, type StepResult, Trainer } from '#engine/train/trainer.ts';
import type { PretrainConfig } from '#shared/domain/training.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { BatchCursor } from './batch-cursor.ts';
import { cellsPerPass, passesOf, type PlannedBatch, planEvaluation } from './batching.ts';
import { allCells, type CellTokens, cellLengths, checkCells } from './cells.ts';
import { batchFeeds, type Feeds, priorFeeds } from './feeds.ts';
import { withHeads } from './initialise.ts';
import { MaskedBaselines } from './masked-baselines.ts';
import { maskedBatch, targetFeeds } from './masked-batch.ts';
import { buildMaskedLoss, type MaskedShape, trainsMasked } from './masked-training.ts';
import { checkModel, type Model, type Parameters } from './model.ts';
import { NAMES } from './names.ts';
import { cancelled, everySteps, optimiserOptions, scheduleOf } from './optimiser.ts';
import { hopeless, isHopeless, type StepSkip } from './skip-guard.ts';
import { planTuning, type Tuning } from './tuning.ts';

const MASKED = { kind: 'masked' } as const;
const VALIDATION_SHARE = 0.05;
/** Validations in a run, evenly spaced; the last one is at the end. */
const VALIDATIONS = 10;
/** Masking of validation cells: a step that training never reaches, so that every validation hides the same genes. */
const VALIDATION_STEP = -1;
const MAX_EXECUTABLES = 12;

export type PretrainOptions = Omit<PretrainConfig, 'tokens' | 'preset' | 'device'>;

/** A number of steps done and everything needed to go on from there. */
export interface PretrainState {
  /** Model, options and cells it belongs to. */
  readonly fingerprint: string;
  readonly training: TrainingState;
  readonly history: readonly PretrainRecord[];
  /** Training losses since the last record. */
  readonly pending: { readonly lossSum: number; readonly nSteps: number };
  /** Trained parameters of the best validation so far; null before the first. */
  readonly best: TrainingState['parameters'] | null;
}

export interface Losses {
  readonly loss: number;
  /** Cross-entropy in nats; null where identities are not guessed. */
  readonly idLoss: number | null;
  /** Mean squared error of log2(1 + count / median). */
  readonly valueLoss: number;
}

export interface PretrainRecord {
  readonly step: number;
  /** Mean over the steps since the last record that were not skipped; null without any. */
  readonly trainLoss: number | null;
  readonly validation: Losses;
}

export interface PretrainStep extends Losses {
  readonly step: number;
  readonly totalSteps: number;
  readonly rate: number;
  readonly gradientNorm: number;
}

export interface PretrainRequest {
  readonly model: Model;
  readonly cells: CellTokens;
  readonly options: PretrainOptions;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal;
  readonly resume?: PretrainState;
  readonly onStep?: (step: PretrainStep) => void;
  readonly onSkip?: (skip: StepSkip) => void;
  readonly onValidation?: (record: PretrainRecord) => void;
  /**
   * Called when a checkpoint is due, and once more before a cancelled or failing run ends.
   *
   * Note: the arrays of the state are the run's own and change when the promise is kept: write them down or copy them.
   */
  readonly onCheckpoint?: (state: PretrainState) => void | Promise<void>;
  /** Asked after every step; every 200 steps where nothing is given. */
  readonly isCheckpointDue?: (step: number) => boolean;
}

export interface PretrainResult {
  /** As it was at the best validation. */
  readonly model: Model;
  readonly bestStep: number;
  readonly history: readonly PretrainRecord[];
  /** Steps left out because their loss or gradient was not finite. */
  readonly nSkipped: number;
  /** The same masked positions guessed by each gene's mean value and by gene frequency. */
  readonly baselines: { readonly value: number; readonly id: number };
}

/**
 * Masked training with exact resume: a run stopped at any step and resumed has the losses of one that was not stopped.
 *
 * Throws: conflict when the state to resume belongs to other cells, options or model; numeric; cancelled.
 * Source: spec/genecompass.md §2.5 and §3.
 */
export async function pretrain(request: PretrainRequest): Promise<PretrainResult> {
  const run = new PretrainRun(request);
  try {
    return await run.run();
  } finally {
    await run.dispose();
  }
}

class PretrainRun {
  readonly #request: PretrainRequest;
  readonly #model: Model;
  readonly #trainer: Trainer<MaskedShape>;
  readonly #lengths: Int32Array;
  readonly #train: Int32Array;
  readonly #validation: Int32Array;
  readonly #cursor: BatchCursor;
  readonly #totalSteps: number;
  readonly #fingerprint: string;
  readonly #tuning: Tuning;
  #history: PretrainRecord[] = [];
  #best: TrainingState['parameters'] | null = null;
  #pending = { lossSum: 0, nSteps: 0 };

  constructor(request: PretrainRequest) {
    const { options, cells } = request;
    this.#request = request;
    const { config } = request.model;
    const { reads: _, ...start } = request.model;
    this.#model = { ...start, parameters: withHeads(config, start.parameters, MASKED, options.seed) };
    checkModel(this.#model, MASKED);
    checkCells(cells, config.vocabularySize);
    const { maxLength } = config;
    this.#lengths = cellLengths(cells, maxLength);
    [this.#train, this.#validation] = splitCells(cells, options.seed);
    this.#cursor = new BatchCursor({
      ...options,
      cells: this.#train,
      lengths: this.#lengths,
      maxLength,
      firstEpoch: 0,
    });
    const { stepsPerEpoch } = this.#cursor;
    this.#totalSteps = Math.min(options.maxSteps ?? Infinity, Math.ceil(options.epochs * stepsPerEpoch));
    const parameters = this.#startAtFrequencies(this.#model.parameters);
    this.#tuning = planTuning(
      { ...this.#model, parameters },
      MASKED,
      options,
      (name) => !trainsMasked(name, options.idWeight),
    );
    const { adapters, frozenDigest } = this.#tuning;
    const { nCells, tokenIds } = cells;
    this.#fingerprint = stableJson({ config, options, nCells, nTokens: tokenIds.length, frozenDigest });
    this.#trainer = new Trainer<MaskedShape>({
      build: (graph, shape, mode) => buildMaskedLoss(graph, config, shape, options.idWeight, mode, adapters),
      runtime: request.runtime,
      parameters: this.#tuning.parameters,
      trains: this.#tuning.trains,
      decays: this.#tuning.decays,
      optimizer: optimiserOptions(options),
      rate: scheduleOf(options, this.#totalSteps),
      seed: options.seed,
      placement: 'host',
      scalesLoss: options.precision === 'float16',
      maxExecutables: MAX_EXECUTABLES,
    });
    if (request.resume) this.#resume(request.resume);
  }

  async run(): Promise<PretrainResult> {
    const { onStep, onSkip, onCheckpoint, isCheckpointDue = everySteps(), signal } = this.#request;
    const trainer = this.#trainer;
    const validateEvery = Math.max(1, Math.ceil(this.#totalSteps / VALIDATIONS));
    if (this.#totalSteps === 0 && this.#history.length === 0) await this.#validate();
    while (trainer.stepsDone < this.#totalSteps && !this.#isPatienceOver()) {
      if (signal?.aborted) {
        await onCheckpoint?.(this.#state());
        throw cancelled('pretraining');
      }
      const { skipped, ...result } = await this.#step(trainer.stepsDone + 1);
      const { step, loss, gradientNorm } = result;
      if (skipped) {
        onSkip?.({ step, loss, gradientNorm, inRow: trainer.skips.inRow });
        if (isHopeless(trainer.skips, step, this.#totalSteps)) {
          await onCheckpoint?.(this.#state());
          throw hopeless('pretraining', trainer.skips, step);
        }
      } else {
        this.#pending = { lossSum: this.#pending.lossSum + loss, nSteps: this.#pending.nSteps + 1 };
        onStep?.(result);
      }
      if (step % validateEvery === 0 || step === this.#totalSteps) await this.#validate();
      if (isCheckpointDue(step)) await onCheckpoint?.(this.#state());
    }
    const model = this.#tuning.finish(this.#best ?? trainer.exportTrained());
    const nSkipped = trainer.skips.total;
    return { model, bestStep: this.#bestStep(), history: this.#history, nSkipped, baselines: this.#baselines() };
  }

  dispose(): Promise<void> {
    return this.#trainer.dispose();
  }

  /** The earliest of the records with the lowest loss. */
  #bestStep(): number {
    return this.#history.reduce((a, b) => (b.validation.loss < a.validation.loss ? b : a)).step;
  }

  #isPatienceOver(): boolean {
    const { patience } = this.#request.options;
    if (patience === 0 || this.#history.length === 0) return false;
    const best = this.#bestStep();
    return this.#history.filter(({ step }) => step > best).length >= patience;
  }

  async #step(step: number): Promise<PretrainStep & { skipped: boolean }> {
    const passes = this.#passes(this.#cursor.batchesOf(step));
    const batches = passes.map((pass): Batch<MaskedShape> => {
      const { shape, feeds, targets } = this.#batch(pass, step);
      return { shape, feeds, weight: targets.nTargets };
    });
    const result = await this.#trainer.stepOrSkip(batches);
    const { rate, gradientNorm, skipped } = result;
    return { step, totalSteps: this.#totalSteps, rate, gradientNorm, skipped, ...lossesOf(result) };
  }

  async #validate(): Promise<void> {
    let [loss, idLoss, valueLoss, n] = [0, 0, 0, 0];
    let guessed = false;
    for (const planned of this.#validationPlan()) {
      const { shape, feeds, targets } = this.#batch(planned, VALIDATION_STEP);
      const result = lossesOf(await this.#trainer.evaluate(shape, feeds));
      loss += result.loss * targets.nTargets;
      idLoss += (result.idLoss ?? 0) * targets.nTargets;
      valueLoss += result.valueLoss * targets.nTargets;
      guessed = result.idLoss !== null;
      n += targets.nTargets;
    }
    const mean = (sum: number) => sum / Math.max(n, 1);
    const validation = { loss: mean(loss), idLoss: guessed ? mean(idLoss) : null, valueLoss: mean(valueLoss) };
    const step = this.#trainer.stepsDone;
    if (!Number.isFinite(validation.loss)) {
      throw new WorkbenchError(
        'numeric',
        `pretraining: the validation loss after step ${step} is ${validation.loss}; use a lower learning rate, or look for impossible values in these cells.`,
      );
    }
    const { lossSum, nSteps } = this.#pending;
    this.#pending = { lossSum: 0, nSteps: 0 };
    const record = { step, trainLoss: nSteps > 0 ? lossSum / nSteps : null, validation };
    const isBest = this.#history.every((earlier) => validation.loss < earlier.validation.loss);
    this.#history.push(record);
    if (isBest) this.#best = this.#trainer.exportTrained();
    this.#request.onValidation?.(record);
  }

  #baselines(): { value: number; id: number } {
    const baselines = this.#emptyBaselines();
    for (const planned of this.#validationPlan()) baselines.add(this.#batch(planned, VALIDATION_STEP).targets);
    return baselines.losses;
  }

  #emptyBaselines(): MaskedBaselines {
    const { maxLength, vocabularySize } = this.#model.config;
    return new MaskedBaselines(this.#request.cells, this.#train, maxLength, vocabularySize);
  }

  /**
   * Lets an untrained identity head start at the frequencies of the genes instead of learning them first.
   *
   * Note: on 3,874 cells with 14,109 genes, 80 steps from zero biases still had a loss of 8.75, frequencies have 7.93.
   */
  #startAtFrequencies(parameters: Parameters): Parameters {
    const name = `${NAMES.idHead}.bias`;
    const untrained = parameters.get(name)!.every((bias) => bias === 0);
    if (!untrained || this.#totalSteps === 0 || this.#request.options.idWeight === 0) return parameters;
    return new Map(parameters).set(name, Float32Array.from(this.#emptyBaselines().logFrequency));
  }

  #validationPlan(): PlannedBatch[] {
    const { batchSize } = this.#request.options;
    return this.#passes(planEvaluation(this.#validation, this.#lengths, batchSize, this.#model.config.maxLength));
  }

  #passes(batches: readonly PlannedBatch[]): PlannedBatch[] {
    return batches.flatMap((planned) => passesOf(planned, this.#request.options.batchSize));
  }

  #batch(pass: PlannedBatch, step: number) {
    const { cells, options } = this.#request;
    const { vocabularySize } = this.#model.config;
    const { seed, maskFraction } = options;
    const batchSize = cellsPerPass(options.batchSize, pass.length);
    const masking = { seed, maskFraction, vocabularySize };
    const { batch, targets } = maskedBatch(cells, pass, batchSize, step, this.#model.homologIndex, masking);
    const shape: MaskedShape = { batchSize, length: pass.length, capacity: targets.rows.length };
    const feeds: Feeds = { ...batchFeeds(batch), ...targetFeeds(targets), ...priorFeeds(this.#model.priors) };
    return { shape, feeds, targets };
  }

  #state(): PretrainState {
    return {
      fingerprint: this.#fingerprint,
      training: this.#trainer.stateView(),
      history: [...this.#history],
      pending: this.#pending,
      best: this.#best,
    };
  }

  #resume(state: PretrainState): void {
    if (state.fingerprint !== this.#fingerprint) {
      throw new WorkbenchError(
        'conflict',
        'pretraining: the saved state belongs to other cells, options or model; start again, or choose what it was made with.',
      );
    }
    this.#trainer.importState(state.training);
    this.#history = [...state.history];
    this.#pending = state.pending;
    this.#best = state.best;
  }
}

function lossesOf({ loss, aux }: Pick<StepResult, 'loss' | 'aux'>): Losses {
  const idLoss = aux.idLoss ? Number(aux.idLoss.data[0]) : null;
  return { loss, idLoss, valueLoss: Number(aux.valueLoss.data[0]) };
}

/** Cells to learn from and cells held out; both in the order of the token set. */
function splitCells(cells: CellTokens, seed: number): [train: Int32Array, validation: Int32Array] {
  if (cells.nCells < 2) {
    throw new WorkbenchError('invalid-input', `pretraining: ${cells.nCells} cells are too few; prepare more cells.`);
  }
  const order = new CounterRandom(seed, 'held-out cells').permutation(cells.nCells);
  const held = new Set(order.subarray(0, Math.max(1, Math.round(VALIDATION_SHARE * cells.nCells))));
  const all = allCells(cells);
  return [all.filter((cell) => !held.has(cell)), all.filter((cell) => held.has(cell))];
}
