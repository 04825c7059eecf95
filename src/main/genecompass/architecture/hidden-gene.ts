import type { Value } from '#engine/ir/value.ts';
import {
  add,
  div,
  exp,
  gather,
  log,
  matmul,
  mul,
  reduceMax,
  reduceSum,
  reshape,
  sub,
  transpose,
} from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import type { ModelGraph } from '../architecture.ts';
import { NAMES } from '../names.ts';
import { encoderInput, geneEmbedding } from './embedding.ts';
import { afterAttention, encodeCls } from './encoder.ts';
import { linear } from './layers.ts';

/**
 * What passes through one cell with a gene hidden have in common. S = L + 1 rows, H heads of width d.
 *
 * Hidden genes keep rank and vector, so the first layer's input, queries, keys and values are those of the cell.
 */
export interface SharedLayer {
  /** Input of the first layer. Shape: 1 × S × D. */
  readonly sequence: Value;
  /** Scaled. Shape: H × S × d. */
  readonly queries: Value;
  /** Shape: H × S × d. */
  readonly keys: Value;
  readonly values: Value;
  /** What attention gives with no gene hidden. Shape: S × H × d. */
  readonly context: Value;
  /** Logarithm of the sum of attention before it is made 1. Shape: H × S × 1. */
  readonly total: Value;
}
export const SHARED = ['sequence', 'queries', 'keys', 'values', 'context', 'total'] as const;

/** Shapes of `SharedLayer` for a cell padded to some length. */
export function sharedShapes(config: ModelConfig, length: number): Record<(typeof SHARED)[number], number[]> {
  const { nHeads, width } = config;
  const [rows, headWidth] = [length + 1, width / nHeads];
  const byHead = [nHeads, rows, headWidth];
  return {
    sequence: [1, rows, width],
    queries: byHead,
    keys: byHead,
    values: byHead,
    context: [rows, nHeads, headWidth],
    total: [nHeads, rows, 1],
  };
}

/** The first layer of one cell up to its attention. */
export function sharedLayer(config: ModelConfig, { parameters, inputs }: ModelGraph): SharedLayer {
  const genes = geneEmbedding(config, parameters, inputs);
  const { sequence } = encoderInput(config, parameters, genes, inputs.species, undefined);
  const [, rows, width] = sequence.shape;
  const headWidth = width / config.nHeads;
  const split = (part: string) => {
    const projected = linear(parameters, `${NAMES.layer(0)}.attention.self.${part}`, sequence);
    return transpose(reshape(projected, [rows, config.nHeads, headWidth]), [1, 0, 2]);
  };
  const queries = mul(split('query'), 1 / Math.sqrt(headWidth));
  const [keys, values] = [split('key'), split('value')];
  const scores = add(matmul(queries, transpose(keys, [0, 2, 1])), reshape(inputs.keyMask, [1, 1, rows]));
  const largest = reduceMax(scores, [-1], { keep: true });
  const total = add(largest, log(reduceSum(exp(sub(scores, largest)), [-1], { keep: true })));
  const context = transpose(matmul(exp(sub(scores, total)), values), [1, 0, 2]);
  return { sequence, queries, keys, values, context, total };
}

/**
 * CLS of a cell with one gene hidden, for B genes, from what its first layer has in common.
 *
 *   w_j = exp(q k_j - total)     context without j = (context - w_j v_j) / (1 - w_j)
 *
 * `rows` are those of the genes in the sequence, `keyMask` hides each in the layers above. Also the largest share of attention that a
 * gene takes in any head and row: where that is near 1, what is left is rounding.
 * Shape: rows B, mask B × S -> CLS B × D, largest B.
 */
export function hideGene(
  config: ModelConfig,
  { parameters, inputs }: ModelGraph,
  shared: SharedLayer,
  rows: Value,
): { cls: Value; largest: Value } {
  const { sequence, context } = shared;
  const [, length, width] = sequence.shape;
  const [batch] = rows.shape;
  const { nHeads } = config;
  const headWidth = width / nHeads;
  const keys = gather(shared.keys, rows, 1);
  // Shape: H × S × B -> B × S × H × 1
  const scores = sub(matmul(shared.queries, transpose(keys, [0, 2, 1])), shared.total);
  const weights = reshape(transpose(exp(scores), [2, 1, 0]), [batch, length, nHeads, 1]);
  const values = reshape(transpose(gather(shared.values, rows, 1), [1, 0, 2]), [batch, 1, nHeads, headWidth]);
  const others = sub(reshape(context, [1, length, nHeads, headWidth]), mul(weights, values));
  const without = div(others, sub(1, weights));
  const first = reshape(without, [batch, length, width]);
  const x = afterAttention(config, parameters, NAMES.layer(0), sequence, first, undefined);
  return {
    cls: encodeCls(config, parameters, x, inputs.keyMask, undefined, { first: 1 }),
    largest: reduceMax(weights, [1, 2, 3]),
  };
}
