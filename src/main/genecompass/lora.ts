import type { LoraConfig, LoraTarget } from '#shared/domain/lora.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { CounterRandom } from '#shared/util/random.ts';
import type { Parameters } from './model.ts';
import { NAMES } from './names.ts';

/** Adapters of the linear layers of a model, by the published name of the layer. */
export interface Adapters {
  /** alpha / rank. */
  readonly scale: number;
  /** Shapes of A and B by tensor name; A is R × I, B is O × R for a weight of O × I. */
  readonly shapes: ReadonlyMap<string, readonly [number, number]>;
}

export const loraNames = {
  down: (layer: string) => `${layer}.lora_A.weight`,
  up: (layer: string) => `${layer}.lora_B.weight`,
};

const PATHS: Record<LoraTarget, string> = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  output: 'attention.output.dense',
  'ffn-up': 'intermediate.dense',
  'ffn-down': 'output.dense',
};

/** The adapters a configuration asks for, in the layers that are not frozen; null when it asks for none. */
export function adaptersOf(config: ModelConfig, lora: LoraConfig, freezeLayers: number): Adapters | null {
  if (lora.rank === 0) return null;
  const { width, feedForwardWidth } = config;
  const shapes = new Map<string, readonly [number, number]>();
  for (let i = freezeLayers; i < config.nLayers; i++) {
    for (const target of lora.targets) {
      const layer = `${NAMES.layer(i)}.${PATHS[target]}`;
      const inputs = target === 'ffn-down' ? feedForwardWidth : width;
      const outputs = target === 'ffn-up' ? feedForwardWidth : width;
      shapes.set(loraNames.down(layer), [lora.rank, inputs]);
      shapes.set(loraNames.up(layer), [outputs, lora.rank]);
    }
  }
  return { scale: lora.alpha / lora.rank, shapes };
}

/**
 * Starting values: A normal, B zero, so that training starts at the frozen model.
 *
 * Note: the variance of A is 1 / (3 I), that of PyTorch's linear layers.
 */
export function initialAdapters({ shapes }: Adapters, seed: number): Map<string, Float32Array> {
  return new Map(
    [...shapes].map(([name, [rows, columns]]) => {
      const data = new Float32Array(rows * columns);
      if (name.endsWith(loraNames.up(''))) return [name, data];
      const random = new CounterRandom(seed, `weights:${name}`);
      const spread = 1 / Math.sqrt(3 * columns);
      for (let i = 0; i < data.length; i++) data[i] = spread * random.normal(i);
      return [name, data];
    }),
  );
}

/** Plain weights that compute what weights and adapters compute together. Tensors that no adapter changes are shared. */
export function mergeAdapters(parameters: Parameters, { shapes, scale }: Adapters): Map<string, Float32Array> {
  const merged = new Map([...parameters].filter(([name]) => !shapes.has(name)));
  for (const [downName, [rank, inputs]] of shapes) {
    const layer = layerOfDown(downName);
    if (layer === null) continue;
    const weight = merged.get(`${layer}.weight`)!;
    const [down, up] = [parameters.get(downName)!, parameters.get(loraNames.up(layer))!];
    merged.set(`${layer}.weight`, addProduct(weight, up, down, { rank, inputs, scale }));
  }
  return merged;
}

function layerOfDown(name: string): string | null {
  const ending = loraNames.down('');
  return name.endsWith(ending) ? name.slice(0, -ending.length) : null;
}

/** W + scale · B A, summed in double precision and rounded once. */
function addProduct(
  weight: Float32Array,
  up: Float32Array,
  down: Float32Array,
  { rank, inputs, scale }: { rank: number; inputs: number; scale: number },
): Float32Array {
  const result = new Float32Array(weight.length);
  const row = new Float64Array(inputs);
  for (let o = 0; o < weight.length / inputs; o++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * up[o * rank + r];
      for (let i = 0; i < inputs; i++) row[i] += factor * down[r * inputs + i];
    }
    for (let i = 0; i < inputs; i++) result[o * inputs + i] = weight[o * inputs + i] + row[i];
  }
  return result;
}
