import type { Graph } from '#engine/ir/graph.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import type { MaskedTargets } from './architecture/losses.ts';
import { type BatchArrays, cellBatch, lookUpPriors } from './batch-arrays.ts';
import type { PlannedBatch } from './batching.ts';
import type { CellTokens } from './cells.ts';
import type { Feeds } from './feeds.ts';
import { type MaskingOptions, maskCell } from './masking.ts';
import { IGNORED_LABEL } from './names.ts';

const TARGETS = { rows: 'target_rows', labels: 'target_labels', values: 'target_values', weights: 'target_weights' };

/** Arrays behind `MaskedTargets`. */
export interface TargetArrays {
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly values: Float32Array;
  readonly weights: Float32Array;
  readonly nTargets: number;
}

export function declareTargets(graph: Graph, capacity: number): MaskedTargets {
  return {
    rows: graph.input(TARGETS.rows, 'int32', [capacity]),
    labels: graph.input(TARGETS.labels, 'int32', [capacity]),
    labelValues: graph.input(TARGETS.values, 'float32', [capacity]),
    weights: graph.input(TARGETS.weights, 'float32', [capacity]),
  };
}

export function targetFeeds({ rows, labels, values, weights }: TargetArrays): Feeds {
  const shape = [rows.length];
  return {
    [TARGETS.rows]: tensor('int32', shape, rows),
    [TARGETS.labels]: tensor('int32', shape, labels),
    [TARGETS.values]: tensor('float32', shape, values),
    [TARGETS.weights]: tensor('float32', shape, weights),
  };
}

/** Room for the masked positions of a batch: the mean and five standard deviations of their binomial number. */
export function targetCapacity(nPositions: number, maskFraction: number): number {
  const mean = nPositions * maskFraction;
  const capacity = Math.ceil(mean + 5 * Math.sqrt(mean * (1 - maskFraction)));
  return Math.min(nPositions, Math.ceil(capacity / 16) * 16);
}

/**
 * Collects the labelled positions of a batch. Shape: labels and values B × L.
 *
 * Note: positions beyond the capacity (less than one batch in a million) count neither in the loss nor in its mean.
 */
export function fillTargets(
  batch: BatchArrays,
  labels: Int32Array,
  values: Float32Array,
  capacity: number,
): TargetArrays {
  const targets = {
    rows: new Int32Array(capacity),
    labels: new Int32Array(capacity),
    values: new Float32Array(capacity),
    weights: new Float32Array(capacity),
  };
  let nTargets = 0;
  for (let i = 0; i < labels.length && nTargets < capacity; i++) {
    if (labels[i] === IGNORED_LABEL) continue;
    targets.rows[nTargets] = i + Math.floor(i / batch.length) + 1;
    targets.labels[nTargets] = labels[i];
    targets.values[nTargets] = values[i];
    targets.weights[nTargets++] = 1;
  }
  return { ...targets, nTargets };
}

/** A batch with genes hidden, and what is to be guessed. */
export function maskedBatch(
  cells: CellTokens,
  planned: PlannedBatch,
  batchSize: number,
  step: number,
  homologIndex: Int32Array,
  options: MaskingOptions,
): { batch: BatchArrays; targets: TargetArrays } {
  const batch = cellBatch(cells, planned, batchSize);
  const { length } = batch;
  const values = batch.values.slice();
  const labels = new Int32Array(batch.tokenIds.length).fill(IGNORED_LABEL);
  planned.cells.forEach((cell, row) => {
    const start = row * length;
    const end = start + Math.min(length, cells.offsets[cell + 1] - cells.offsets[cell]);
    const tokenIds = batch.tokenIds.subarray(start, end);
    maskCell(
      { tokenIds, values: batch.values.subarray(start, end), labels: labels.subarray(start, end) },
      step,
      cell,
      options,
    );
  });
  lookUpPriors(batch, homologIndex);
  const capacity = targetCapacity(batchSize * length, options.maskFraction);
  return { batch, targets: fillTargets(batch, labels, values, capacity) };
}
