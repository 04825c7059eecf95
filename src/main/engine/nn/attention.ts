import type { Value } from '../ir/value.ts';
import { mul, reshape, split, sub, transpose } from '../ops/index.ts';
import { attend, type AttendOptions } from './attend.ts';
import { linear, type LinearWeights } from './linear.ts';

export interface AttentionWeights {
  /** Query, key and value side by side. Shape: weight [D, 3 D], bias [3 D]. */
  readonly qkv: LinearWeights;
  /** Shape: weight [D, D], bias [D]. */
  readonly output: LinearWeights;
}

export interface AttentionOptions extends AttendOptions {
  readonly heads: number;
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

/** Additive key mask from 1 = keep, 0 = pad. Shape: [B, L] -> [B, 1, 1, L]. */
export function keyMaskOf(keep: Value): Value {
  // Far below any score and far above the float32 limit, so that sums with a gate stay finite.
  const removed = mul(sub(1, keep), -1e9);
  return reshape(removed, [keep.shape[0], 1, 1, keep.shape[1]]);
}
