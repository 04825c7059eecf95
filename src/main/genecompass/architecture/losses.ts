import type { Value } from '#engine/ir/value.ts';
import { gatherPositions } from '#engine/nn/index.ts';
import { add, div, maximum, mul, reduceSum, sub } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { idLossRows, valueHead } from './heads.ts';
import type { ParameterSet } from './parameter-set.ts';

/** What is to be guessed in a batch; entries of weight 0 are padding. */
export interface MaskedTargets {
  /** Shape: M, int32; row of the flattened B × (L + 1) sequence. */
  readonly rows: Value;
  /** Shape: M, int32; token. */
  readonly labels: Value;
  /** Shape: M; value before masking. */
  readonly labelValues: Value;
  /** Shape: M. */
  readonly weights: Value;
}

export interface MaskedLoss {
  readonly loss: Value;
  readonly idLoss: Value | null;
  readonly valueLoss: Value;
}

/**
 * weight × CE(identity) + (1 − weight) × MSE(value), means over the masked positions of the batch.
 *
 * Source: spec/genecompass.md §2.5.
 * Note: hidden states are gathered before the product with all V genes, so it costs M × V instead of B × L × V. A weight
 * of 0 leaves the identity head out.
 */
export function maskedLoss(
  config: ModelConfig,
  parameters: ParameterSet,
  lastState: Value,
  priorTables: readonly Value[],
  targets: MaskedTargets,
  idWeight: number,
): MaskedLoss {
  const rows = gatherPositions(lastState, targets.rows);
  const error = sub(valueHead(config, parameters, rows), targets.labelValues);
  const valueLoss = weightedMean(mul(error, error), targets.weights);
  if (idWeight === 0) return { loss: valueLoss, idLoss: null, valueLoss };
  const idLoss = weightedMean(idLossRows(config, parameters, rows, priorTables, targets.labels), targets.weights);
  return { loss: add(mul(idLoss, idWeight), mul(valueLoss, 1 - idWeight)), idLoss, valueLoss };
}

/** sum(w x) / sum(w), 0 when all weights are. Shape: N, N -> scalar. */
export function weightedMean(x: Value, weights: Value): Value {
  return div(reduceSum(mul(x, weights)), maximum(reduceSum(weights), 1e-6));
}
