import type { Value } from '#engine/ir/value.ts';
import { dropout, embedding, quickGelu } from '#engine/nn/index.ts';
import { add, concat, reshape, slice } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { NAMES } from '../names.ts';
import { type Dropout, linear, normalise } from './layers.ts';
import type { ParameterSet } from './parameter-set.ts';

/** The default of the layer norm inside the concatenation block, which the published code leaves unset. */
const CONCAT_EPSILON = 1e-5;

/** Inputs of one batch. B cells, L positions. */
export interface BatchInputs {
  /** Shape: B × L, int32. */
  readonly tokenIds: Value;
  /** Shape: B × L. */
  readonly values: Value;
  /** Shape: B × L, int32; rows of the prior tables. */
  readonly priorIds: Value;
  /** Shape: B, int32. */
  readonly species: Value;
  /** Shape: B × (L + 1), additive. */
  readonly keyMask: Value;
  /** Shape: V × P each, in the order of the configuration. */
  readonly priorTables: readonly Value[];
}

/**
 * Gene vectors before position: own vector, value and projected priors, joined and mixed.
 *
 * Shape: B × L × D.
 * Source: spec/genecompass.md §2.2, steps 1 to 5.
 * Note: without learned identities the first block is absent, and a gene is known by its projected priors alone.
 */
export function geneEmbedding(config: ModelConfig, parameters: ParameterSet, inputs: BatchInputs): Value {
  const [batch, length] = inputs.tokenIds.shape;
  const blocks: Value[] = [];
  if (config.learnedIds) blocks.push(embedding(parameters.get(NAMES.word), inputs.tokenIds));
  blocks.push(reshape(inputs.values, [batch, length, 1]));
  config.priors.forEach(({ name }, i) => {
    blocks.push(linear(parameters, NAMES.prior(name), embedding(inputs.priorTables[i], inputs.priorIds)));
  });
  return mixConcatenated(parameters, linear(parameters, NAMES.catLinear, concat(blocks, -1)));
}

/** What follows the first linear layer of the concatenation block. */
export function mixConcatenated(parameters: ParameterSet, x: Value): Value {
  const normal = normalise(parameters, NAMES.catNorm, x, CONCAT_EPSILON);
  return linear(parameters, NAMES.catProjection, quickGelu(normal));
}

/**
 * Input of the encoder: CLS of the species in front, then genes with type and rank.
 *
 * Shape: B × L × D -> B × (L + 1) × D; also the genes alone, as the published model reports them.
 * Source: spec/genecompass.md §2.2 step 6 and §2.3: CLS gets no rank, type, layer norm or dropout.
 */
export function encoderInput(
  config: ModelConfig,
  parameters: ParameterSet,
  genes: Value,
  species: Value,
  state: Dropout,
): { genes: Value; sequence: Value } {
  const [batch, length, width] = genes.shape;
  const position = slice(parameters.get(NAMES.position), 0, 0, length);
  const type = slice(parameters.get(NAMES.tokenType), 0, 0, 1);
  const placed = add(genes, add(position, type));
  const normal = dropout(normalise(parameters, NAMES.embeddingNorm, placed, config.layerNormEps), state);
  const cls = reshape(embedding(parameters.get(NAMES.cls), species), [batch, 1, width]);
  return { genes: normal, sequence: concat([cls, normal], 1) };
}
