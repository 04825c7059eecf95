import { Graph } from '#engine/ir/graph.ts';
import { isFloat, sizeOf, type Value } from '#engine/ir/value.ts';
import type { EncoderLayerWeights } from '#engine/nn/index.ts';
import type { NdArray } from '#engine/ops/op-def.ts';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import { CounterRandom } from '#shared/util/random.ts';

/** Parameters of one encoder layer of width D with a feed-forward width F. */
export function encoderLayerWeights(graph: Graph, prefix: string, width: number, inner: number): EncoderLayerWeights {
  const linear = (name: string, from: number, to: number) => ({
    weight: graph.parameter(`${prefix}.${name}.weight`, [from, to]),
    bias: graph.parameter(`${prefix}.${name}.bias`, [to]),
  });
  const norm = (name: string) => ({
    scale: graph.parameter(`${prefix}.${name}.scale`, [width]),
    bias: graph.parameter(`${prefix}.${name}.bias`, [width]),
  });
  return {
    attention: { qkv: linear('qkv', width, 3 * width), output: linear('output', width, width) },
    attentionNorm: norm('attentionNorm'),
    up: linear('up', width, inner),
    down: linear('down', inner, width),
    outputNorm: norm('outputNorm'),
  };
}

/** Random numbers for float inputs: weights small, scales near 1. */
export function randomTensor(value: Value, seed = 3, spread = 0.5): Tensor {
  const name = value.producer.kind === 'input' ? value.producer.name : String(value.id);
  const random = new CounterRandom(seed, name);
  const centre = name.endsWith('.scale') ? 1 : 0;
  const numbers = Array.from({ length: sizeOf(value.shape) }, (_, i) => centre + spread * (2 * random.uniform(i) - 1));
  return tensor(value.dtype, value.shape, isFloat(value.dtype) ? numbers : numbers.map(Math.round));
}

export function toFeeds(entries: readonly (readonly [Value, ArrayLike<number>])[]): Map<Value, NdArray> {
  return new Map(
    entries.map(([value, data]) => [value, { dtype: value.dtype, shape: value.shape, data: Float64Array.from(data) }]),
  );
}
