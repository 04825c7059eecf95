import type { Value } from '../ir/value.ts';
import { layerNormalization } from '../ops/index.ts';

export interface LayerNormWeights {
  /** Shape: [D]. */
  readonly scale: Value;
  /** Shape: [D]. */
  readonly bias: Value;
}

/** Layer normalisation over the last axis. Shape: [.., D] -> [.., D]. */
export function layerNorm(x: Value, { scale, bias }: LayerNormWeights, epsilon: number): Value {
  return layerNormalization(x, scale, bias, epsilon);
}
