import type { Value } from '../ir/value.ts';
import { add, matmul, mul, reduceSum, reshape, softmax, split, sub, transpose } from '../ops/index.ts';
import { unbroadcast } from '../ops/unbroadcast.ts';
import { type DropoutState, dropoutKeep } from './dropout.ts';
import { linear, type LinearWeights } from './linear.ts';

export interface AttentionWeights {
  /** Query, key and value side by side. Shape: weight [D, 3 D], bias [3 D]. */
  readonly qkv: LinearWeights;
  /** Shape: weight [D, D], bias [D]. */
  readonly output: LinearWeights;
}

export interface AttentionOptions {
  readonly heads: number;
  /**
   * Added to every score of a key: 0 keeps it, a large negative number removes it. Shape: [B, 1, 1, L].
   *
   * Note: its gradient is the first-order effect of each token, so an attention gate is just another term of this sum.
   */
  readonly keyMask?: Value;
  /** Dropout of the attention weights. */
  readonly dropout?: DropoutState;
}

/** Multi-head self-attention with its output projection. Shape: [B, L, D] -> [B, L, D]. */
export function attention(x: Value, weights: AttentionWeights, options: AttentionOptions): Value {
  const [batch, length, width] = x.shape;
  const { heads } = options;
  const size = width / heads;
  const joined = reshape(linear(x, weights.qkv), [batch, length, 3, heads, size]);
  const [query, key, value] = split(transpose(joined, [2, 0, 3, 1, 4]), 0, [1, 1, 1]).map((part) =>
    reshape(part, [batch, heads, length, size]),
  );
  const context = attend(query, key, value, options);
  return linear(reshape(transpose(context, [0, 2, 1, 3]), [batch, length, width]), weights.output);
}

/**
 * softmax(Q K^T / sqrt(d) + mask) V. Shape: Q, K, V [B, H, L, d] -> [B, H, L, d].
 *
 * With P the weights after dropout, O the result and G its gradient, the row sums of the softmax's derivative are
 * sum(G O): d numbers a row instead of L, so the derivative takes two passes over the L x L scores instead of four.
 */
export function attend(query: Value, key: Value, value: Value, options: Omit<AttentionOptions, 'heads'>): Value {
  const { keyMask } = options;
  const scale = 1 / Math.sqrt(query.shape.at(-1)!);
  const raw = mul(matmul(query, transpose(key)), scale);
  const weights = softmax(keyMask ? add(raw, keyMask) : raw);
  const rate = options.dropout?.rate ?? 0;
  const kept = options.dropout && rate > 0 ? dropoutKeep(weights.shape, options.dropout) : undefined;
  const used = kept ? mul(weights, kept) : weights;
  // The factor 1 / (1 - rate) goes to the values, which are smaller than the weights.
  const scaled = rate > 0 ? mul(value, 1 / (1 - rate)) : value;
  const result = matmul(used, scaled);
  const inputs = keyMask ? [query, key, scaled, keyMask] : [query, key, scaled];
  return result.graph.replaceGradient(result, inputs, (g) => {
    let scores: Value | undefined;
    const gScores = () => {
      if (!scores) {
        const gUsed = matmul(g, transpose(scaled));
        const rowSums = reduceSum(mul(g, result), [-1], { keep: true });
        scores = mul(weights, sub(kept ? mul(gUsed, kept) : gUsed, rowSums));
      }
      return scores;
    };
    return [
      () => mul(matmul(gScores(), key), scale),
      () => mul(matmul(transpose(gScores()), query), scale),
      () => matmul(transpose(used), g),
      keyMask ? () => unbroadcast(gScores(), keyMask.shape) : null,
    ];
  });
}

/** Additive key mask from 1 = keep, 0 = pad. Shape: [B, L] -> [B, 1, 1, L]. */
export function keyMaskOf(keep: Value): Value {
  // Far below any score and far above the float32 limit, so that sums with a gate stay finite.
  const removed = mul(sub(1, keep), -1e9);
  return reshape(removed, [keep.shape[0], 1, 1, keep.shape[1]]);
}
