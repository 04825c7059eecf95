import type { Value } from '../ir/value.ts';
import { cast, concat, matmul, mul, neg, reduceSum, reshape, slice, transpose, sub } from '../ops/index.ts';
import {
  attentionWeights,
  type Block,
  blockBounds,
  join,
  maskColumn,
  ones,
  onesAfter,
  stacked,
} from './attend-blocks.ts';
import { type DropoutState, dropoutKeys, keepOf } from './dropout.ts';
import { joinAttention, type JoinedAttention, type Newcomers, pulledChanges } from './newcomers.ts';

export interface AttendOptions {
  /**
   * Added to every score of a key: 0 keeps it, a large negative number removes it. Shape: [B, 1, 1, L].
   *
   * Note: its gradient is the first-order effect of each token, so an attention gate is just another term of this sum.
   */
  readonly keyMask?: Value;
  /** Dropout of the attention weights. */
  readonly dropout?: DropoutState;
  /** Scores in memory at a time, those of one head at least; 4 Mi by default (docs/decisions/0022). */
  readonly blockScores?: number;
}

const BLOCK_SCORES = 4 * 1024 * 1024;

type Derivatives = readonly [queries: Value, keys: Value, values: Value];

/**
 * softmax(Q K^T / sqrt(d) + mask) V. Shape: Q [B, H, R, d], K and V [B, H, L, d] -> [B, H, R, d].
 *
 * Scale and mask cost no pass over the scores, since they are part of the product: [Q / sqrt(d), 1] [K, mask]^T. Many
 * scores are handled in blocks of heads, whose weights are computed anew for the derivative instead of being kept.
 */
export function attend(query: Value, key: Value, value: Value, options: AttendOptions): Value {
  return gatedAttend(query, key, value, options).output;
}

/** Attention, and what a gate on its keys would do. */
export interface GatedAttention {
  /** As of `attend`. */
  readonly output: Value;
  /**
   * Derivatives by a term added to every score of a key, one for each derivative by `output`.
   *
   * Shape: [B, H, R, d] each -> [B, L] each. Without dropout.
   */
  readonly gates: (outputs: readonly Value[]) => Value[];
  /** What it makes of tokens that no cell holds. Without dropout. */
  readonly join: (newcomers: Newcomers) => JoinedAttention;
}

/**
 * As `attend`. Several scores share one product with the weights, and no array of scores is made for the derivative:
 *   dgate = sum of rows of P (G V^T - r) = sum over d of V (P^T G) - P^T r
 */
export function gatedAttend(query: Value, key: Value, value: Value, options: AttendOptions): GatedAttention {
  const { keyMask, dropout, blockScores = BLOCK_SCORES } = options;
  const [batch, heads, nQueries, size] = query.shape;
  const nKeys = key.shape[2];
  const rate = dropout?.rate ?? 0;
  const queries = stacked(mul(query, 1 / Math.sqrt(size)));
  const keys = stacked(keyMask ? concat([key, maskColumn(keyMask, heads)], 3) : key);
  // The factor 1 / (1 - rate) goes to the values, which are fewer than the weights.
  const values = stacked(rate > 0 ? mul(value, 1 / (1 - rate)) : value);

  const chances = dropout && rate > 0 ? dropoutKeys([batch * heads, nQueries, nKeys], dropout) : undefined;
  const bounds = blockBounds(batch * heads, nQueries * nKeys, blockScores);
  const blocks = bounds.slice(1).map((end, i): Block => {
    const part = (x: Value) => slice(x, 0, bounds[i], end);
    const [q, k, v] = [part(queries), part(keys), part(values)];
    const chance = chances && { ...chances, rows: part(chances.rows) };
    const weights = attentionWeights(q, k, ones(q));
    const keep = chance && keepOf(chance.rows, chance.columns, rate);
    return { queries: q, keys: k, values: v, chance, weights, keep, result: matmul(kept(weights, keep), v) };
  });
  const output = reshape(join(blocks.map(({ result }) => result)), query.shape);
  const replaced = output.graph.replaceGradient(output, [queries, keys, values], (gradient) => {
    let parts: Derivatives | undefined;
    const part = (i: 0 | 1 | 2) => () => (parts ??= derivatives(blocks, bounds, stacked(gradient), rate))[i];
    return [part(0), part(1), part(2)];
  });
  const perCell = (gate: Value) => reduceSum(reshape(gate, [batch, heads, nKeys]), [1]);
  return {
    output: replaced,
    gates: (outputs) => gateDerivatives(blocks, bounds, outputs.map(stacked)).map(perCell),
    join: (newcomers) => joinAttention(blocks, bounds, newcomers),
  };
}

function kept(x: Value, keep: Value | undefined): Value {
  return keep ? mul(x, keep) : x;
}

/**
 * Derivatives of scaled queries, keys with mask, and scaled values, block after block.
 *
 * With P the weights, P' those kept by dropout, O the result and G its gradient:
 *   r = sum(G O) of each row        dS = P (kept(G V^T) - r)
 *   dQ = dS K       [dK, dmask] = dS^T [Q, 1]       dV = P'^T G
 * Note: the weights are made anew with ones that depend on G and on the block before. So no executor can merge them with
 * those of the forward pass or make them early: one block's scores are in memory at a time.
 */
function derivatives(blocks: readonly Block[], bounds: readonly number[], gradient: Value, rate: number): Derivatives {
  const done: Derivatives[] = [];
  for (const [i, { queries, keys, values, chance, result, ...made }] of blocks.entries()) {
    const size = queries.shape[2];
    const masked = keys.shape[2] > size;
    const g = slice(gradient, 0, bounds[i], bounds[i + 1]);
    const one = onesAfter(g, done.at(-1));
    const anew = blocks.length > 1;
    const weights = anew ? attentionWeights(queries, keys, one) : made.weights;
    const keep = anew && chance ? keepOf(mul(chance.rows, cast(one, 'uint32')), chance.columns, rate) : made.keep;
    const rowSums = reduceSum(mul(g, result), [-1], { keep: true });
    const byWeight = keep
      ? sub(mul(matmul(g, transpose(values)), keep), rowSums)
      : matmul(concat([g, neg(rowSums)], 2), transpose(concat([values, ones(values)], 2)));
    const scores = mul(weights, byWeight);
    done.push([
      matmul(scores, masked ? slice(keys, 2, 0, size) : keys),
      matmul(transpose(scores), masked ? concat([queries, one], 2) : queries),
      matmul(transpose(kept(weights, keep)), g),
    ]);
  }
  const joined = (i: 0 | 1 | 2) => join(done.map((each) => each[i]));
  return [joined(0), joined(1), joined(2)];
}

/** Derivatives by a gate on the keys, block after block. Shape: N × R × d each -> N × L each. */
function gateDerivatives(blocks: readonly Block[], bounds: readonly number[], outputs: readonly Value[]): Value[] {
  const done: Value[][] = [];
  for (const [i, { queries, keys, values, weights: made, result }] of blocks.entries()) {
    const size = queries.shape[2];
    const each = outputs.map((output) => slice(output, 0, bounds[i], bounds[i + 1]));
    const before = done.at(-1);
    const weights = blocks.length > 1 ? attentionWeights(queries, keys, onesAfter(each[0], before)) : made;
    const columns = each.flatMap((g) => [g, reduceSum(mul(g, result), [-1], { keep: true })]);
    const pulled = matmul(transpose(weights), concat(columns, 2));
    done.push(pulledChanges(pulled, values, each.length, size));
  }
  return outputs.map((_, g) => join(done.map((block) => block[g])));
}
