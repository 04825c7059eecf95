import type { Graph } from '#engine/ir/graph.ts';
import type { Value } from '#engine/ir/value.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { type BatchInputs, encoderInput, geneEmbedding, placedGenes } from './architecture/embedding.ts';
import { encode, encodeCls, type GateTrace } from './architecture/encoder.ts';
import { foldedInputs } from './architecture/folded.ts';
import type { Dropout } from './architecture/layers.ts';
import { ParameterSet } from './architecture/parameter-set.ts';
import type { Adapters } from './lora.ts';
import type { Heads } from './model.ts';
import { NAMES } from './names.ts';

export { classifierHead, idHead, valueHead } from './architecture/heads.ts';

/** A graph with the inputs of one batch declared. */
export interface ModelGraph {
  readonly graph: Graph;
  readonly parameters: ParameterSet;
  readonly inputs: BatchInputs;
}

/** Input names of the encoder graphs, as fed. */
export const INPUTS = {
  tokenIds: 'token_ids',
  values: 'values',
  priorIds: 'prior_ids',
  species: 'species',
  keyMask: 'key_mask',
} as const;

/**
 * Declares the inputs of a batch of B cells × L positions.
 *
 * Frozen prior tables are inputs by their published names; `folded` takes the tables of `foldTables` in their place.
 */
export function modelGraph(
  graph: Graph,
  config: ModelConfig,
  heads: Heads,
  batch: number,
  length: number,
  { folded = false, adapters = null }: { folded?: boolean; adapters?: Adapters | null } = {},
): ModelGraph {
  const inputs: BatchInputs = {
    tokenIds: graph.input(INPUTS.tokenIds, 'int32', [batch, length]),
    values: graph.input(INPUTS.values, 'float32', [batch, length]),
    priorIds: graph.input(INPUTS.priorIds, 'int32', [batch, length]),
    species: graph.input(INPUTS.species, 'int32', [batch]),
    keyMask: graph.input(INPUTS.keyMask, 'float32', [batch, length + 1]),
    priorTables: folded
      ? []
      : config.priors.map(({ name, width }) =>
          graph.input(NAMES.priorTable(name), 'float32', [config.vocabularySize, width]),
        ),
    ...(folded ? { folded: foldedInputs(graph, config) } : {}),
  };
  return { graph, parameters: new ParameterSet(graph, config, heads, adapters), inputs };
}

/** Embeddings and the state before and after every layer. Shape: B × L × D and B × (L + 1) × D. */
export function fullEncoder(config: ModelConfig, { parameters, inputs }: ModelGraph, dropout?: Dropout) {
  const genes = geneEmbedding(config, parameters, inputs, dropout);
  const input = encoderInput(config, parameters, genes, inputs.species, dropout);
  return { embedding: input.genes, states: encode(config, parameters, input.sequence, inputs.keyMask, dropout) };
}

/** CLS of the last layer only, see `encodeCls`. Shape: B × D. */
export function clsEncoder(config: ModelConfig, { parameters, inputs }: ModelGraph, dropout?: Dropout) {
  const genes = geneEmbedding(config, parameters, inputs, dropout);
  const { sequence } = encoderInput(config, parameters, genes, inputs.species, dropout);
  return encodeCls(config, parameters, sequence, inputs.keyMask, dropout);
}

/**
 * As `clsEncoder`, with what its derivatives by a gene are made of.
 *
 * Shape: CLS B × D; genes as they enter the encoder, and as they would at other ranks or with other values (`at`), B × L × D.
 */
export function tracedClsEncoder(config: ModelConfig, { parameters, inputs }: ModelGraph) {
  const vectors = geneEmbedding(config, parameters, inputs);
  const { genes, sequence } = encoderInput(config, parameters, vectors, inputs.species, undefined);
  const trace: GateTrace = { layers: [] };
  const cls = encodeCls(config, parameters, sequence, inputs.keyMask, undefined, { trace });
  const at = (position: Value, values?: Value): Value => {
    const moved = values ? geneEmbedding(config, parameters, { ...inputs, values }) : vectors;
    return placedGenes(config, parameters, moved, position);
  };
  return { cls, genes, at, trace };
}
