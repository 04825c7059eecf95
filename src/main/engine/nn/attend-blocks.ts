import type { Value } from '../ir/value.ts';
import { concat, expand, matmul, mul, reshape, slice, softmax, transpose, add } from '../ops/index.ts';
import type { dropoutKeys } from './dropout.ts';

/** Some heads of the stack of all cells' heads. R queries, L keys, N heads. */
export interface Block {
  /** Scaled. Shape: N × R × d. */
  readonly queries: Value;
  /** Shape: N × L × d, or d + 1 with the mask as last column. */
  readonly keys: Value;
  /** Shape: N × L × d. */
  readonly values: Value;
  /** Random numbers of dropout for each query and each key. */
  readonly chance: ReturnType<typeof dropoutKeys> | undefined;
  /** 1 for a weight that stays, 0 for one that is dropped. Shape: N × R × L. */
  readonly keep: Value | undefined;
  /** Shape: N × R × L. */
  readonly weights: Value;
  /** Shape: N × R × d. */
  readonly result: Value;
}

/** Blocks of the stack of heads, evenly filled, as bounds. */
export function blockBounds(stack: number, scoresPerHead: number, blockScores: number): number[] {
  const nBlocks = Math.min(stack, Math.ceil((stack * scoresPerHead) / blockScores));
  return Array.from({ length: nBlocks + 1 }, (_, i) => Math.round((i * stack) / nBlocks));
}

/** Heads of all cells in one stack. Shape: [B, H, L, d] -> [B H, L, d]. */
export function stacked(x: Value): Value {
  const [batch, heads, length, size] = x.shape;
  return reshape(x, [batch * heads, length, size]);
}

/** The mask as one more number of each key, for every head. Shape: [B, 1, 1, L] -> [B, H, L, 1]. */
export function maskColumn(keyMask: Value, heads: number): Value {
  const [batch, , , length] = keyMask.shape;
  return expand(reshape(keyMask, [batch, 1, length, 1]), [batch, heads, length, 1]);
}

export function ones(queries: Value): Value {
  return expand(queries.graph.constant(1, queries.dtype), [queries.shape[0], queries.shape[1], 1]);
}

/** [Q, 1] [K, mask]^T; `one` is 1 for each query. */
export function attentionScores(queries: Value, keys: Value, one: Value): Value {
  const masked = keys.shape[2] > queries.shape[2];
  return matmul(masked ? concat([queries, one], 2) : mul(queries, one), transpose(keys));
}

/** softmax([Q, 1] [K, mask]^T); `one` is 1 for each query. */
export function attentionWeights(queries: Value, keys: Value, one: Value): Value {
  return softmax(attentionScores(queries, keys, one));
}

/** 1 for each query, known only after the gradient and after the block before. Shape: N x R x 1. */
export function onesAfter(gradient: Value, before: readonly Value[] | undefined): Value {
  const first = slice(gradient, 2, 0, 1);
  const after = before ? before.reduce((sum, x) => add(sum, slice(reshape(x, [-1]), 0, 0, 1)), first) : first;
  return add(mul(after, 0), 1);
}

export function join(parts: readonly Value[]): Value {
  return parts.length === 1 ? parts[0] : concat(parts, 0);
}
