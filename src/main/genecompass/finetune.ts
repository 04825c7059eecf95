import { createHash } from 'node:crypto';
import type { Runtime } from '#engine/runtime/runtime.ts';
import type { TrainingState } from '#engine/train/state.ts';
import { type StepResult, Trainer } from '#engine/train/trainer.ts';
import type { FinetuneConfig } from '#shared/domain/training.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { BatchCursor } from './batch-cursor.ts';
import { passesOf } from './batching.ts';
import { type CellTokens, cellLengths, checkCells } from './cells.ts';
import { compatCells, readsOf } from './compat-cells.ts';
import { createCellEncoder } from './encoder.ts';
import { withHeads } from './initialise.ts';
import { buildClassifierLoss, checkLabels, classWeights, labelledBatch } from './labelled-batch.ts';
import { checkModel, type Heads, type Model } from './model.ts';
import { NAMES } from './names.ts';
import { cancelled, everySteps, optimiserOptions, scheduleOf } from './optimiser.ts';
import { scoreClasses } from './scores.ts';
import { hopeless, isHopeless, type StepSkip } from './skip-guard.ts';
import { planTuning, type Tuning } from './tuning.ts';

export type FinetuneOptions = Omit<
  FinetuneConfig,
  'model' | 'tokens' | 'labelColumn' | 'donorColumn' | 'testFraction' | 'validationFraction' | 'device'
>;

export interface FinetuneRequest {
  /** Pretrained or initial; its own heads are replaced by a new classifier. */
  readonly model: Model;
  readonly cells: CellTokens;
  /** Class of each cell, -1 for none. */
  readonly labels: Int32Array;
  readonly nClasses: number;
  /** Cells to learn from. */
  readonly train: Int32Array;
  /** Cells that choose the best epoch; without any the last epoch is taken. */
  readonly validation: Int32Array;
  readonly options: FinetuneOptions;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal;
  readonly resume?: FinetuneState;
  readonly onStep?: (step: FinetuneStep) => void;
  readonly onSkip?: (skip: StepSkip) => void;
  readonly onEpoch?: (epoch: FinetuneEpoch) => void;
  /**
   * Called when a checkpoint is due, and once more before a cancelled or failing run ends.
   *
   * Note: the arrays of the state are the run's own and change when the promise is kept: write them down or copy them.
   */
  readonly onCheckpoint?: (state: FinetuneState) => void | Promise<void>;
  /** Asked after every step; every 200 steps where nothing is given. */
  readonly isCheckpointDue?: (step: number) => boolean;
}

/** A number of steps done and everything needed to go on from there. */
export interface FinetuneState {
  /** Model, options, cells and labels it belongs to. */
  readonly fingerprint: string;
  readonly training: TrainingState;
  readonly history: readonly FinetuneEpoch[];
  /** Training losses of the epoch so far, each times its cells. */
  readonly pending: { readonly lossSum: number; readonly nCells: number };
  /** 0 before the first. */
  readonly bestEpoch: number;
  /** Trained parameters after the best epoch so far; null before the first. */
  readonly best: TrainingState['parameters'] | null;
}

export interface FinetuneStep {
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly rate: number;
  readonly gradientNorm: number;
}

export interface FinetuneEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the cells of steps that were not skipped; null without any. */
  readonly trainLoss: number | null;
  readonly validation: { readonly accuracy: number; readonly macroF1: number } | null;
}

export interface FinetuneResult {
  /** With the classifier head, as it was after the best epoch. */
  readonly model: Model;
  readonly bestEpoch: number;
  readonly history: readonly FinetuneEpoch[];
  /** Steps left out because their loss or gradient was not finite. */
  readonly nSkipped: number;
}

/**
 * Trains a classifier of cell states on the CLS embedding, trunk included, with exact resume: a run stopped at any step
 * and resumed has the losses and the model of one that was not stopped.
 *
 * Throws: invalid-input when a cell to learn from has no label; conflict when the state to resume belongs to another
 * run; numeric when step after step has no finite loss; cancelled.
 * Note: the best epoch is that of highest validation macro-F1, the earlier one of equals.
 */
export async function finetune(request: FinetuneRequest): Promise<FinetuneResult> {
  const run = new FinetuneRun({ ...request, cells: compatCells(request.cells, request.options.compat) });
  try {
    return await run.run();
  } finally {
    await run.dispose();
  }
}

class FinetuneRun {
  readonly #request: FinetuneRequest;
  readonly #trainer: Trainer<number>;
  readonly #tuning: Tuning;
  readonly #cursor: BatchCursor;
  readonly #totalSteps: number;
  readonly #weights: Float32Array;
  readonly #fingerprint: string;
  #history: FinetuneEpoch[] = [];
  #pending = { lossSum: 0, nCells: 0 };
  #best: { epoch: number; parameters: TrainingState['parameters'] | null } = { epoch: 0, parameters: null };

  constructor(request: FinetuneRequest) {
    const { cells, options, model } = request;
    const { config } = model;
    const { maxLength } = config;
    this.#request = request;
    const heads: Heads = { kind: 'classifier', classes: request.nClasses };
    const start = {
      ...model,
      parameters: withHeads(config, model.parameters, heads, options.seed),
      reads: readsOf(options.compat),
    };
    checkModel(start, heads);
    checkCells(cells, config.vocabularySize);
    checkLabels(request);
    const lengths = cellLengths(cells, maxLength);
    this.#cursor = new BatchCursor({ ...options, cells: request.train, lengths, maxLength, firstEpoch: 1 });
    this.#totalSteps = this.#cursor.stepsPerEpoch * options.epochs;
    this.#weights = classWeights(request);
    this.#tuning = planTuning(start, heads, options, (name) => isUnused(start, name));
    this.#fingerprint = fingerprintOf(request, this.#tuning);
    this.#trainer = createTrainer(request, heads, this.#tuning, this.#totalSteps);
    if (request.resume) this.#resume(request.resume);
  }

  async run(): Promise<FinetuneResult> {
    const { onCheckpoint, isCheckpointDue = everySteps(), signal } = this.#request;
    const trainer = this.#trainer;
    while (trainer.stepsDone < this.#totalSteps && !this.#isPatienceOver()) {
      if (signal?.aborted) {
        await onCheckpoint?.(this.#state());
        throw cancelled('fine-tuning');
      }
      const step = trainer.stepsDone + 1;
      await this.#step(step);
      if (isHopeless(trainer.skips, step, this.#totalSteps)) {
        await onCheckpoint?.(this.#state());
        throw hopeless('fine-tuning', trainer.skips, step);
      }
      if (step % this.#cursor.stepsPerEpoch === 0) await this.#endEpoch(this.#cursor.epochOf(step));
      if (isCheckpointDue(step)) await onCheckpoint?.(this.#state());
    }
    const model = this.#tuning.finish(this.#best.parameters!);
    return { model, bestEpoch: this.#best.epoch, history: this.#history, nSkipped: trainer.skips.total };
  }

  dispose(): Promise<void> {
    return this.#trainer.dispose();
  }

  async #step(step: number): Promise<void> {
    const { onSkip, onStep } = this.#request;
    const planned = this.#cursor.batchesOf(step);
    const passes = planned.flatMap((each) => passesOf(each, this.#request.options.batchSize));
    const batches = passes.map((each) => labelledBatch(this.#request, each, this.#weights));
    const { loss, rate, gradientNorm, skipped }: StepResult = await this.#trainer.stepOrSkip(batches);
    if (skipped) {
      onSkip?.({ step, loss, gradientNorm, inRow: this.#trainer.skips.inRow });
      return;
    }
    const nCells = planned.reduce((sum, { cells }) => sum + cells.length, 0);
    this.#pending = { lossSum: this.#pending.lossSum + loss * nCells, nCells: this.#pending.nCells + nCells };
    onStep?.({ step, totalSteps: this.#totalSteps, epoch: this.#cursor.epochOf(step), loss, rate, gradientNorm });
  }

  async #endEpoch(epoch: number): Promise<void> {
    const trained = this.#trainer.exportTrained();
    const validation = await validate(this.#request, this.#tuning.finish(trained));
    const { lossSum, nCells } = this.#pending;
    this.#pending = { lossSum: 0, nCells: 0 };
    const record = { epoch, trainLoss: nCells > 0 ? lossSum / nCells : null, validation };
    const isBest = this.#history.every((earlier) => scoreOf(earlier) < scoreOf(record));
    this.#history.push(record);
    if (isBest) this.#best = { epoch, parameters: trained };
    this.#request.onEpoch?.(record);
  }

  /** Without validation cells every epoch is better than the one before. */
  #isPatienceOver(): boolean {
    const { patience } = this.#request.options;
    return patience > 0 && this.#history.length - this.#best.epoch >= patience;
  }

  #state(): FinetuneState {
    return {
      fingerprint: this.#fingerprint,
      training: this.#trainer.stateView(),
      history: [...this.#history],
      pending: this.#pending,
      bestEpoch: this.#best.epoch,
      best: this.#best.parameters,
    };
  }

  #resume(state: FinetuneState): void {
    if (state.fingerprint !== this.#fingerprint) {
      throw new WorkbenchError(
        'conflict',
        'fine-tuning: the saved state belongs to other cells, labels, options or model; start again, or choose what it was made with.',
      );
    }
    this.#trainer.importState(state.training);
    this.#history = [...state.history];
    this.#pending = state.pending;
    this.#best = { epoch: state.bestEpoch, parameters: state.best };
  }
}

function scoreOf({ epoch, validation }: FinetuneEpoch): number {
  return validation?.macroF1 ?? epoch;
}

function fingerprintOf(
  { model, options, cells, labels, train, validation, nClasses }: FinetuneRequest,
  tuning: Tuning,
) {
  return stableJson({
    config: model.config,
    options,
    nClasses,
    nCells: cells.nCells,
    nTokens: cells.tokenIds.length,
    labels: digestOf(labels),
    train: digestOf(train),
    validation: digestOf(validation),
    frozen: tuning.frozenDigest,
  });
}

function digestOf({ buffer, byteOffset, byteLength }: Int32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

/** Class probabilities of chosen cells. Shape: which.length × classes. */
export async function predictClasses(
  model: Model,
  runtime: Runtime,
  cells: CellTokens,
  which: Int32Array,
): Promise<Float32Array> {
  const nClasses = model.parameters.get(`${NAMES.classifier}.bias`)?.length ?? 0;
  const names = Array.from({ length: nClasses }, (_, i) => String(i));
  const encoder = await createCellEncoder(model, runtime, names);
  try {
    const inputs = Array.from(which, (cell) => {
      const [from, to] = [cells.offsets[cell], cells.offsets[cell + 1]];
      const species: 0 | 1 = cells.species[cell] === 1 ? 1 : 0;
      return { tokenIds: cells.tokenIds.subarray(from, to), values: cells.values.subarray(from, to), species };
    });
    return (await encoder.encode(inputs, 'cls')).probabilities!;
  } finally {
    await encoder.dispose();
  }
}

/** The key bias of the last layer drops out of a softmax over one query, and a graph of CLS alone does not have it. */
function isUnused(model: Model, name: string): boolean {
  return name === `${NAMES.layer(model.config.nLayers - 1)}.attention.self.key.bias`;
}

function createTrainer(request: FinetuneRequest, heads: Heads, tuning: Tuning, totalSteps: number): Trainer<number> {
  const { options, runtime } = request;
  return new Trainer({
    build: (graph, length: number, mode) => buildClassifierLoss(graph, request, heads, length, mode, tuning.adapters),
    runtime,
    parameters: tuning.parameters,
    trains: tuning.trains,
    decays: tuning.decays,
    optimizer: optimiserOptions(options),
    rate: scheduleOf(options, totalSteps),
    seed: options.seed,
    placement: 'host',
    scalesLoss: options.precision === 'float16',
    maxExecutables: 8,
  });
}

async function validate(request: FinetuneRequest, model: Model) {
  const { validation, labels, cells, nClasses, runtime } = request;
  if (validation.length === 0) return null;
  const probabilities = await predictClasses(model, runtime, cells, validation);
  const truth = Int32Array.from(validation, (cell) => labels[cell]);
  return scoreClasses(truth, probabilities, nClasses);
}
