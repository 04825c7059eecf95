import type { ModelConfig } from '#shared/domain/model.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { elementCount } from './checkpoint/stored-tensor.ts';
import { type Heads, type Parameters, parameterShapes } from './model.ts';
import { NAMES, PAD_TOKEN } from './names.ts';

/**
 * Initial weights: normal with the configured spread, layer-norm scales one, biases zero, the row of `<pad>` zero.
 *
 * Note: every tensor has its own stream, so adding a head or a layer does not change the others.
 */
export function initialise(config: ModelConfig, heads: Heads, seed: number): Map<string, Float32Array> {
  const parameters = new Map<string, Float32Array>();
  for (const [name, shape] of parameterShapes(config, heads)) {
    parameters.set(name, initialTensor(config, name, shape, seed));
  }
  return parameters;
}

/** Keeps the tensors the target heads share with `parameters` and initialises the others. */
export function withHeads(
  config: ModelConfig,
  parameters: Parameters,
  heads: Heads,
  seed: number,
): Map<string, Float32Array> {
  const target = new Map<string, Float32Array>();
  for (const [name, shape] of parameterShapes(config, heads)) {
    const known = parameters.get(name);
    const size = elementCount(shape);
    target.set(name, known?.length === size ? known : initialTensor(config, name, shape, seed));
  }
  return target;
}

function initialTensor(config: ModelConfig, name: string, shape: readonly number[], seed: number): Float32Array {
  const data = new Float32Array(elementCount(shape));
  if (name.endsWith('.bias')) return data;
  if (shape.length === 1) return data.fill(1);
  const random = new CounterRandom(seed, `weights:${name}`);
  for (let i = 0; i < data.length; i++) data[i] = config.initializerRange * random.normal(i);
  if (name === NAMES.word) data.fill(0, PAD_TOKEN * shape[1], (PAD_TOKEN + 1) * shape[1]);
  return data;
}
