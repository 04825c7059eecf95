import type { Value } from '../ir/value.ts';
import { gemm, reshape } from '../ops/index.ts';

export interface LinearWeights {
  /** Shape: [K, N], the transpose of PyTorch's. */
  readonly weight: Value;
  /** Shape: [N]. */
  readonly bias?: Value;
}

/** x W + b over the last axis. Shape: [.., K] -> [.., N]. */
export function linear(x: Value, { weight, bias }: LinearWeights): Value {
  const rows = reshape(x, [-1, x.shape.at(-1)!]);
  return reshape(gemm(rows, weight, { bias }), [...x.shape.slice(0, -1), weight.shape[1]]);
}

/** x W^T + b with W stored [N, K], as for a decoder tied to an embedding table. Shape: [.., K] -> [.., N]. */
export function tiedLinear(x: Value, { weight, bias }: LinearWeights): Value {
  const rows = reshape(x, [-1, x.shape.at(-1)!]);
  return reshape(gemm(rows, weight, { transB: true, bias }), [...x.shape.slice(0, -1), weight.shape[0]]);
}
