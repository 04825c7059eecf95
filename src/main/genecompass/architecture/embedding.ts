import type { Value } from '#engine/ir/value.ts';
import { dropout, embedding, quickGelu } from '#engine/nn/index.ts';
import { add, concat, minimum, relu, reshape, slice } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { NAMES } from '../names.ts';
import { type FoldedInputs, joinedFromTables } from './folded.ts';
import { type Dropout, linear, normalise } from './layers.ts';
import type { ParameterSet } from './parameter-set.ts';

/** The default of the layer norm inside the concatenation block, which the published code leaves unset. */
const CONCAT_EPSILON = 1e-5;
/** Largest value the value encoder tells apart. Source: spec/genecompass.md §2.7. */
const MAX_ENCODED_VALUE = 255;
const ENCODED_VALUE_DROPOUT = 0.1;

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
  /** Stand for word vectors and prior tables in a model that no longer changes. */
  readonly folded?: FoldedInputs;
}

/**
 * Gene vectors before position: own vector, value and projected priors, joined and mixed.
 *
 * Shape: B × L × D.
 * Source: spec/genecompass.md §2.2, steps 1 to 5; §2.7 for the other two ways of a value.
 * Note: without learned identities the first block is absent, and a gene is known by its projected priors alone.
 * Assumed for the layouts of Small, which no published text settles: a value's block stands where the plain value does
 * (word, value, priors); word before value in the fused block; both inner layer norms use 1e-5, the default of the
 * framework, as the block of Base does; the fused block mixes as the block of Base does (linear, norm, QuickGELU,
 * linear) and has no dropout.
 */
export function geneEmbedding(
  config: ModelConfig,
  parameters: ParameterSet,
  inputs: BatchInputs,
  state?: Dropout,
): Value {
  const [batch, length] = inputs.tokenIds.shape;
  const value = reshape(inputs.values, [batch, length, 1]);
  const word = () => (config.learnedIds ? [embedding(parameters.get(NAMES.word), inputs.tokenIds)] : []);
  const ofValue = () => {
    switch (config.valueEncoding) {
      case 'scalar':
        return value;
      case 'encoder':
        return encodeValue(parameters, value, state);
      case 'fused':
        return mix(parameters, FUSE, linear(parameters, FUSE.linear, join([...word(), value])));
    }
  };
  if (inputs.folded)
    return mix(parameters, CONCAT, joinedFromTables(config, parameters, inputs.folded, inputs, ofValue()));
  const blocks = config.valueEncoding === 'fused' ? [] : word();
  blocks.push(ofValue());
  config.priors.forEach(({ name }, i) => {
    blocks.push(linear(parameters, NAMES.prior(name), embedding(inputs.priorTables[i], inputs.priorIds)));
  });
  return mix(parameters, CONCAT, linear(parameters, CONCAT.linear, join(blocks)));
}

/**
 * Vector of an expression value from a small network: bounded above, linear, ReLU, linear, layer norm.
 *
 * Shape: B × L × 1 -> B × L × D.
 * Source: spec/genecompass.md §2.7 (a).
 * Note: assumed: dropout comes last, after the norm, at its own rate of 0.1 whenever the model trains with dropout;
 * the value −1 of a masked position goes through unchanged, as only the upper bound is published.
 */
function encodeValue(parameters: ParameterSet, value: Value, state: Dropout): Value {
  const hidden = relu(linear(parameters, NAMES.valueLinear1, minimum(value, MAX_ENCODED_VALUE)));
  const normal = normalise(parameters, NAMES.valueNorm, linear(parameters, NAMES.valueLinear2, hidden), CONCAT_EPSILON);
  return state && state.rate > 0 ? dropout(normal, { ...state, rate: ENCODED_VALUE_DROPOUT }) : normal;
}

interface BlockNames {
  readonly linear: string;
  readonly norm: string;
  readonly projection: string;
}
const CONCAT: BlockNames = { linear: NAMES.catLinear, norm: NAMES.catNorm, projection: NAMES.catProjection };
const FUSE: BlockNames = { linear: NAMES.fuseLinear, norm: NAMES.fuseNorm, projection: NAMES.fuseProjection };

/** What follows the first linear layer of a block. */
function mix(parameters: ParameterSet, names: BlockNames, x: Value): Value {
  const normal = normalise(parameters, names.norm, x, CONCAT_EPSILON);
  return linear(parameters, names.projection, quickGelu(normal));
}

function join(blocks: readonly Value[]): Value {
  return blocks.length === 1 ? blocks[0] : concat([...blocks], -1);
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
  const normal = dropout(placedGenes(config, parameters, genes, position), state);
  const cls = reshape(embedding(parameters.get(NAMES.cls), species), [batch, 1, width]);
  return { genes: normal, sequence: concat([cls, normal], 1) };
}

/** Gene vectors with type and rank. Shape: .. × L × D, position L × D or as the genes -> .. × L × D. */
export function placedGenes(config: ModelConfig, parameters: ParameterSet, genes: Value, position: Value): Value {
  const type = slice(parameters.get(NAMES.tokenType), 0, 0, 1);
  return normalise(parameters, NAMES.embeddingNorm, add(genes, add(position, type)), config.layerNormEps);
}
