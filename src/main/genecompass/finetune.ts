import type { Graph } from '#engine/ir/graph.ts';
import { crossEntropyRows, dropoutState } from '#engine/nn/index.ts';
import { linearSchedule } from '#engine/optim/schedule.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { type Mode, Trainer } from '#engine/train/trainer.ts';
import type { FinetuneConfig } from '#shared/domain/training.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { classifierHead, clsEncoder, modelGraph } from './architecture.ts';
import { weightedMean } from './architecture/losses.ts';
import { cellBatch, lookUpPriors } from './batch-arrays.ts';
import { type PlannedBatch, planEpoch } from './batching.ts';
import { type CellTokens, cellLengths, checkCells } from './cells.ts';
import { createCellEncoder } from './encoder.ts';
import { batchFeeds, type Feeds, parameterFeeds, priorFeeds } from './feeds.ts';
import { withHeads } from './initialise.ts';
import { checkModel, type Heads, type Model } from './model.ts';
import { NAMES } from './names.ts';
import { cancelled, decays, optimiserOptions } from './optimiser.ts';
import { scoreClasses } from './scores.ts';

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
  readonly onStep?: (step: FinetuneStep) => void;
  readonly onEpoch?: (epoch: FinetuneEpoch) => void;
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
  readonly trainLoss: number;
  readonly validation: { readonly accuracy: number; readonly macroF1: number } | null;
}

export interface FinetuneResult {
  /** With the classifier head, as it was after the best epoch. */
  readonly model: Model;
  readonly bestEpoch: number;
  readonly history: readonly FinetuneEpoch[];
}

/**
 * Trains a classifier of cell states on the CLS embedding, trunk included.
 *
 * Throws: invalid-input when a cell to learn from has no label; numeric when the loss is not finite; cancelled.
 * Note: the best epoch is that of highest validation macro-F1, the earlier one of equals.
 */
export async function finetune(request: FinetuneRequest): Promise<FinetuneResult> {
  const { cells, options, runtime } = request;
  const { config } = request.model;
  const heads: Heads = { kind: 'classifier', classes: request.nClasses };
  const start = { ...request.model, parameters: withHeads(config, request.model.parameters, heads, options.seed) };
  checkModel(start, heads);
  checkCells(cells, config.vocabularySize);
  checkLabels(request);

  const lengths = cellLengths(cells, config.maxLength);
  const stepsPerEpoch = Math.ceil(request.train.length / options.batchSize);
  const totalSteps = stepsPerEpoch * options.epochs;
  const weights = classWeights(request);
  const trainer = createTrainer(request, start, heads, totalSteps);
  const history: FinetuneEpoch[] = [];
  let best = { epoch: 0, score: -Infinity, model: start };
  try {
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      const plan = planEpoch(request.train, lengths, {
        batchSize: options.batchSize,
        maxLength: config.maxLength,
        seed: options.seed,
        epoch,
      });
      let lossSum = 0;
      for (const planned of plan) {
        if (request.signal?.aborted) throw cancelled('fine-tuning');
        const feeds = {
          ...batchOf(request, planned),
          ...labelFeeds(request, planned, weights),
          ...priorFeeds(start.priors),
        };
        const { step, loss, rate, gradientNorm } = await trainer.step(planned.length, feeds);
        lossSum += loss * planned.cells.length;
        request.onStep?.({ step, totalSteps, epoch, loss, rate, gradientNorm });
      }
      const model = { ...start, parameters: parametersOf(trainer) };
      const validation = await validate(request, model, runtime);
      const record = { epoch, trainLoss: lossSum / request.train.length, validation };
      history.push(record);
      request.onEpoch?.(record);
      const score = validation?.macroF1 ?? epoch;
      if (score > best.score)
        best = { epoch, score, model: { ...model, parameters: copyParameters(model.parameters) } };
    }
  } finally {
    await trainer.dispose();
  }
  return { model: best.model, bestEpoch: best.epoch, history };
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

function createTrainer(request: FinetuneRequest, start: Model, heads: Heads, totalSteps: number): Trainer<number> {
  const { config } = start;
  const { options, runtime } = request;
  const frozen = frozenPrefixes(options.freezeLayers, config.nLayers);
  const build = (graph: Graph, length: number, mode: Mode) => {
    const built = modelGraph(graph, config, heads, options.batchSize, length);
    const drops = mode === 'train' && config.dropout > 0;
    const state = drops ? dropoutState(graph.input('seed', 'uint32', []), config.dropout) : undefined;
    const logits = classifierHead(built.parameters, clsEncoder(config, built, state), state);
    const labels = graph.input('labels', 'int32', [options.batchSize]);
    const weights = graph.input('label_weights', 'float32', [options.batchSize]);
    return { loss: weightedMean(crossEntropyRows(logits, labels), weights) };
  };
  return new Trainer({
    build,
    runtime,
    parameters: parameterFeeds(config, heads, start.parameters),
    trains: (name) => !isUnused(start, name) && !frozen.some((prefix) => name.startsWith(prefix)),
    decays: (name) => decays(start, heads, name),
    optimizer: optimiserOptions(options),
    rate: linearSchedule({
      peak: options.learningRate,
      warmupSteps: Math.round(options.warmUpFraction * totalSteps),
      totalSteps,
    }),
    seed: options.seed,
    placement: 'host',
    maxExecutables: 8,
  });
}

/** Freezing n layers freezes the embeddings below them too. */
function frozenPrefixes(freezeLayers: number, nLayers: number): string[] {
  if (freezeLayers === 0) return [];
  const layers = Array.from({ length: Math.min(freezeLayers, nLayers) }, (_, i) => `${NAMES.layer(i)}.`);
  return ['bert.embeddings.', NAMES.cls, ...layers];
}

function batchOf({ cells, options, model }: FinetuneRequest, planned: PlannedBatch): Feeds {
  const batch = cellBatch(cells, planned, options.batchSize);
  lookUpPriors(batch, model.homologIndex);
  return batchFeeds(batch);
}

function labelFeeds({ labels, options }: FinetuneRequest, planned: PlannedBatch, weights: Float32Array): Feeds {
  const codes = new Int32Array(options.batchSize);
  const shares = new Float32Array(options.batchSize);
  planned.cells.forEach((cell, row) => {
    codes[row] = labels[cell];
    shares[row] = weights[labels[cell]];
  });
  const shape = [options.batchSize];
  return { labels: tensor('int32', shape, codes), label_weights: tensor('float32', shape, shares) };
}

/** n / (C n_c), so that every class has the same total weight; 1 without weighting. */
function classWeights({ labels, train, nClasses, options }: FinetuneRequest): Float32Array {
  const counts = new Float64Array(nClasses);
  for (const cell of train) counts[labels[cell]]++;
  const present = counts.reduce((n, count) => n + (count > 0 ? 1 : 0), 0);
  return Float32Array.from(counts, (count) =>
    options.classWeights && count > 0 ? train.length / (present * count) : 1,
  );
}

async function validate(request: FinetuneRequest, model: Model, runtime: Runtime) {
  const { validation, labels, cells, nClasses } = request;
  if (validation.length === 0) return null;
  const probabilities = await predictClasses(model, runtime, cells, validation);
  const truth = Int32Array.from(validation, (cell) => labels[cell]);
  return scoreClasses(truth, probabilities, nClasses);
}

function parametersOf(trainer: Trainer<number>): Map<string, Float32Array> {
  return new Map(Object.entries(trainer.parameters).map(([name, { data }]) => [name, data as Float32Array]));
}

function copyParameters(parameters: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...parameters].map(([name, data]) => [name, data.slice()]));
}

function checkLabels({ labels, train, validation, nClasses, cells }: FinetuneRequest): void {
  if (train.length === 0) {
    throw new WorkbenchError(
      'invalid-input',
      'fine-tuning: no cell is left to learn from; choose a label column with values.',
    );
  }
  for (const cell of [...train, ...validation]) {
    if (cell >= 0 && cell < cells.nCells && labels[cell] >= 0 && labels[cell] < nClasses) continue;
    throw new WorkbenchError(
      'invalid-input',
      `fine-tuning: cell ${cell} has no label of the ${nClasses}; leave it out of training.`,
    );
  }
}
