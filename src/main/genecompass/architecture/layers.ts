import type { Value } from '#engine/ir/value.ts';
import { type DropoutState, gelu, layerNorm, tiedLinear, tiedLoraLinear } from '#engine/nn/index.ts';
import { relu } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import type { ParameterSet } from './parameter-set.ts';

/** Randomness of the units dropped in training; undefined outside of it. */
export type Dropout = DropoutState | undefined;

/** x W' + b with published names and PyTorch's orientation of W. Shape: [.., I] -> [.., O]. */
export function linear(parameters: ParameterSet, name: string, x: Value): Value {
  const weights = { weight: parameters.stored(`${name}.weight`), bias: parameters.get(`${name}.bias`) };
  const adapter = parameters.adapter(name);
  // Beside the weight instead of added to it: the derivative then has no product of the weight's own size.
  return adapter ? tiedLoraLinear(x, weights, adapter) : tiedLinear(x, weights);
}

export function normalise(parameters: ParameterSet, name: string, x: Value, epsilon: number): Value {
  return layerNorm(x, { scale: parameters.get(`${name}.weight`), bias: parameters.get(`${name}.bias`) }, epsilon);
}

export function activation(config: ModelConfig): (x: Value) => Value {
  return config.activation === 'relu' ? relu : gelu;
}
