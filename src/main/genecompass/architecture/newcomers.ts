import type { Value } from '#engine/ir/value.ts';
import { embedding } from '#engine/nn/index.ts';
import { add, reshape, slice, transpose } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import type { ModelGraph } from '../architecture.ts';
import { NAMES } from '../names.ts';
import { geneEmbedding, placedGenes } from './embedding.ts';
import { afterAttention, type GateTrace } from './encoder.ts';
import { linear } from './layers.ts';

/** Genes that some cells lack, each thought of as the only one added. B cells, G genes. */
export interface NewGenes {
  /** Shape: B × G, int32. */
  readonly tokenIds: Value;
  /** Shape: B × G. */
  readonly values: Value;
  /** Shape: B × G, int32; rows of the prior tables. */
  readonly priorIds: Value;
  /** Shape: B × G, int32; from 0. */
  readonly ranks: Value;
}

/**
 * What a score would change by, to first order, if a gene stood among those of the cell while these keep their ranks.
 *
 * Each new gene is read through all layers, by itself: it attends to the cell and to itself, and no gene of the cell sees
 * it. What the cell would make of it goes by the derivatives of the score: by the output of attention in each layer but
 * the last (`layers`), and by what CLS reads in the last (`last`), a list over scores each.
 * Shape: -> [B × G] for each score.
 */
export function newGeneChanges(
  config: ModelConfig,
  { parameters, inputs }: ModelGraph,
  trace: GateTrace,
  { ranks, ...ids }: NewGenes,
): (layers: readonly (readonly Value[])[], last: readonly Value[]) => Value[] {
  const { nHeads, width, maxLength } = config;
  const [batch, nNew] = ids.tokenIds.shape;
  const positions = slice(parameters.get(NAMES.position), 0, 0, maxLength);
  const genes = geneEmbedding(config, parameters, { ...inputs, ...ids });
  let x = placedGenes(config, parameters, genes, embedding(positions, ranks));
  const joined = trace.layers.map((attention, i) => {
    const layer = NAMES.layer(i);
    const heads = (part: string) => {
      const projected = linear(parameters, `${layer}.attention.self.${part}`, x);
      return transpose(reshape(projected, [batch, nNew, nHeads, width / nHeads]), [0, 2, 1, 3]);
    };
    const each = attention.join({ query: heads('query'), key: heads('key'), value: heads('value') });
    const context = reshape(transpose(each.output, [0, 2, 1, 3]), [batch, nNew, width]);
    x = afterAttention(config, parameters, layer, x, context, undefined);
    return each;
  });
  return (layers, last) => {
    const ofLayers = joined.map(({ changes }, i) => changes(layers[i]));
    return trace.last!.changes(x, last).map((ofLast, g) => ofLayers.reduce((sum, each) => add(sum, each[g]), ofLast));
  };
}
