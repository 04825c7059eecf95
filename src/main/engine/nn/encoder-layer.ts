import type { Value } from '../ir/value.ts';
import { add } from '../ops/index.ts';
import { gelu } from './activations.ts';
import { attention, type AttentionOptions, type AttentionWeights } from './attention.ts';
import { dropout, type DropoutState } from './dropout.ts';
import { layerNorm, type LayerNormWeights } from './layer-norm.ts';
import { linear, type LinearWeights } from './linear.ts';

export interface EncoderLayerWeights {
  readonly attention: AttentionWeights;
  readonly attentionNorm: LayerNormWeights;
  /** Shape: weight [D, F]. */
  readonly up: LinearWeights;
  /** Shape: weight [F, D]. */
  readonly down: LinearWeights;
  readonly outputNorm: LayerNormWeights;
}

export interface EncoderLayerOptions extends Omit<AttentionOptions, 'dropout'> {
  readonly epsilon: number;
  readonly attentionDropout?: DropoutState;
  readonly hiddenDropout?: DropoutState;
}

/** BERT's layer: attention and feed-forward, each followed by residual and layer norm. Shape: [B, L, D] -> [B, L, D]. */
export function encoderLayer(x: Value, weights: EncoderLayerWeights, options: EncoderLayerOptions): Value {
  const { epsilon, attentionDropout, hiddenDropout } = options;
  const attended = attention(x, weights.attention, { ...options, dropout: attentionDropout });
  const middle = layerNorm(add(dropout(attended, hiddenDropout), x), weights.attentionNorm, epsilon);
  const fed = linear(gelu(linear(middle, weights.up)), weights.down);
  return layerNorm(add(dropout(fed, hiddenDropout), middle), weights.outputNorm, epsilon);
}
