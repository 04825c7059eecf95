import type { Value } from '#engine/ir/value.ts';
import { type DropoutState, gelu, layerNorm, tiedLinear } from '#engine/nn/index.ts';
import { relu } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import type { ParameterSet } from './parameter-set.ts';

/** Randomness of the units dropped in training; undefined outside of it. */
export type Dropout = DropoutState | undefined;

/** x W' + b with published names and PyTorch's orientation of W. Shape: [.., I] -> [.., O]. */
export function linear(parameters: ParameterSet, name: string, x: Value): Value {
  return tiedLinear(x, { weight: parameters.get(`${name}.weight`), bias: parameters.get(`${name}.bias`) });
}

export function normalise(parameters: ParameterSet, name: string, x: Value, epsilon: number): Value {
  return layerNorm(x, { scale: parameters.get(`${name}.weight`), bias: parameters.get(`${name}.bias`) }, epsilon);
}

export function activation(config: ModelConfig): (x: Value) => Value {
  return config.activation === 'relu' ? relu : gelu;
}
