import type { Graph } from '#engine/ir/graph.ts';
import { crossEntropyRows, dropoutState } from '#engine/nn/index.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import type { Batch, Mode } from '#engine/train/trainer.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { classifierHead, clsEncoder, modelGraph } from './architecture.ts';
import { weightedMean } from './architecture/losses.ts';
import { cellBatch, lookUpPriors } from './batch-arrays.ts';
import { cellsPerPass, type PlannedBatch } from './batching.ts';
import { batchFeeds, type Feeds, priorFeeds } from './feeds.ts';
import type { FinetuneRequest } from './finetune.ts';
import type { Adapters } from './lora.ts';
import type { Heads } from './model.ts';

/** Class-weighted mean cross-entropy of the cells of one batch shape. */
export function buildClassifierLoss(
  graph: Graph,
  { model: { config }, options: { batchSize } }: FinetuneRequest,
  heads: Heads,
  length: number,
  mode: Mode,
  adapters: Adapters | null,
) {
  const nCells = cellsPerPass(batchSize, length);
  const built = modelGraph(graph, config, heads, nCells, length, { adapters });
  const drops = mode === 'train' && config.dropout > 0;
  const state = drops ? dropoutState(graph.input('seed', 'uint32', []), config.dropout) : undefined;
  const logits = classifierHead(built.parameters, clsEncoder(config, built, state), state);
  const labels = graph.input('labels', 'int32', [nCells]);
  const weights = graph.input('label_weights', 'float32', [nCells]);
  return { loss: weightedMean(crossEntropyRows(logits, labels), weights) };
}

/** A planned batch with its labels; it weighs as much as its cells do together. */
export function labelledBatch(request: FinetuneRequest, planned: PlannedBatch, weights: Float32Array): Batch<number> {
  const labels = labelFeeds(request, planned, weights);
  const weight = (labels.label_weights.data as Float32Array).reduce((sum, share) => sum + share, 0);
  const feeds = { ...batchOf(request, planned), ...labels, ...priorFeeds(request.model.priors) };
  return { shape: planned.length, feeds, weight };
}

function batchOf({ cells, options, model }: FinetuneRequest, pass: PlannedBatch): Feeds {
  const batch = cellBatch(cells, pass, cellsPerPass(options.batchSize, pass.length));
  lookUpPriors(batch, model.homologIndex);
  return batchFeeds(batch);
}

function labelFeeds({ labels, options }: FinetuneRequest, pass: PlannedBatch, weights: Float32Array): Feeds {
  const nCells = cellsPerPass(options.batchSize, pass.length);
  const codes = new Int32Array(nCells);
  const shares = new Float32Array(nCells);
  pass.cells.forEach((cell, row) => {
    codes[row] = labels[cell];
    shares[row] = weights[labels[cell]];
  });
  const shape = [nCells];
  return { labels: tensor('int32', shape, codes), label_weights: tensor('float32', shape, shares) };
}

/** n / (C n_c), so that every class has the same total weight; 1 without weighting. */
export function classWeights({ labels, train, nClasses, options }: FinetuneRequest): Float32Array {
  const counts = new Float64Array(nClasses);
  for (const cell of train) counts[labels[cell]]++;
  const present = counts.reduce((n, count) => n + (count > 0 ? 1 : 0), 0);
  return Float32Array.from(counts, (count) =>
    options.classWeights && count > 0 ? train.length / (present * count) : 1,
  );
}

/** Throws: invalid-input when nothing is to be learned from, or a cell has no label. */
export function checkLabels({ labels, train, validation, nClasses, cells }: FinetuneRequest): void {
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
