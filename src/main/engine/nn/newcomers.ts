import type { Value } from '../ir/value.ts';
import {
  add,
  concat,
  log,
  matmul,
  mul,
  reduceMax,
  reduceSum,
  reshape,
  sigmoid,
  slice,
  softmax,
  sub,
  transpose,
} from '../ops/index.ts';
import { attentionScores, type Block, join, ones, onesAfter, stacked } from './attend-blocks.ts';

/** Tokens that no cell holds; each is thought of as the only one that is added to it. Shape: B × H × G × d each. */
export interface Newcomers {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

/** What attention makes of newcomers. */
export interface JoinedAttention {
  /** What each of them reads: the cell and itself. Shape: B × H × G × d. */
  readonly output: Value;
  /**
   * What it does to a score, to first order, that the cell reads one of them too, from the derivatives by the output of the cell.
   *
   * Shape: [B, H, R, d] each -> [B, G] each.
   */
  readonly changes: (outputs: readonly Value[]) => Value[];
}

/**
 * Newcomers to the attention of some cells, without an attention of their own for each.
 *
 * A further key takes the share w = sigmoid(s - total) of a row whose scores sum to exp(total), and leaves 1 - w to the
 * others. So the row changes by w (v - o), exactly, and the score by its derivative times that:
 *   change = sum over rows of w (G v - G o)
 */
export function joinAttention(
  blocks: readonly Block[],
  bounds: readonly number[],
  { query, key, value }: Newcomers,
): JoinedAttention {
  const [batch, heads, nNew, size] = query.shape;
  const queries = stacked(mul(query, 1 / Math.sqrt(size)));
  const [keys, values] = [stacked(key), stacked(value)];
  const part = (x: Value, i: number) => slice(x, 0, bounds[i], bounds[i + 1]);
  const own = blocks.map((block, i) => {
    const q = part(queries, i);
    const { weights, total } = shares(attentionScores(q, block.keys, ones(q)));
    const self = reduceSum(mul(q, part(keys, i)), [-1], { keep: true });
    return mix(matmul(weights, block.values), part(values, i), sigmoid(sub(self, total)));
  });
  const perCell = (change: Value) => reduceSum(reshape(change, [batch, heads, nNew]), [1]);
  return {
    output: reshape(join(own), query.shape),
    changes: (outputs) => {
      const done: Value[][] = [];
      for (const [i, block] of blocks.entries()) {
        const each = outputs.map((output) => part(stacked(output), i));
        // Of a single block the weights of the forward pass are at hand; of several, one is in memory at a time.
        const one = blocks.length > 1 ? onesAfter(each[0], done.at(-1)) : ones(block.queries);
        done.push(changesOf(block, part(keys, i), part(values, i), each, one));
      }
      return outputs.map((_, g) => perCell(join(done.map((block) => block[g]))));
    },
  };
}

/** Changes of some scores in one block. Shape: N × R × d each -> N × G each. */
function changesOf(
  { queries, keys, result }: Block,
  newKeys: Value,
  newValues: Value,
  outputs: readonly Value[],
  one: Value,
): Value[] {
  const size = queries.shape[2];
  const { total } = shares(attentionScores(queries, keys, one));
  const taken = sigmoid(sub(matmul(queries, transpose(newKeys)), total));
  const columns = outputs.flatMap((g) => [g, reduceSum(mul(g, result), [-1], { keep: true })]);
  return pulledChanges(matmul(transpose(taken), concat(columns, 2)), newValues, outputs.length, size);
}

/**
 * sum over d of V (P^T G) - P^T r, from P^T [G, r] of several scores side by side.
 *
 * Shape: N × L × n (d + 1), V N × L × d -> N × L each.
 */
export function pulledChanges(pulled: Value, values: Value, nScores: number, size: number): Value[] {
  return Array.from({ length: nScores }, (_, g) => {
    const from = g * (size + 1);
    const own = reduceSum(mul(values, slice(pulled, 2, from, from + size)), [-1]);
    return sub(own, reshape(slice(pulled, 2, from + size, from + size + 1), own.shape));
  });
}

/** Weights of a softmax, and the logarithm of the sum that they were divided by: the largest weight tells it without another exp. Shape: .. × L -> .. × L, .. × 1. */
export function shares(scores: Value): { weights: Value; total: Value } {
  const weights = softmax(scores);
  const total = sub(reduceMax(scores, [-1], { keep: true }), log(reduceMax(weights, [-1], { keep: true })));
  return { weights, total };
}

/** What is read where a share of the attention goes to something else. */
function mix(read: Value, other: Value, share: Value): Value {
  return add(read, mul(share, sub(other, read)));
}
