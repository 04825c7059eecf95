import type { Graph } from '#engine/ir/graph.ts';
import { dropout, dropoutState, linear } from '#engine/nn/index.ts';
import { mul, reduceMean, reshape, sub, tanh } from '#engine/ops/index.ts';
import { linearSchedule } from '#engine/optim/schedule.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { tensor, type Tensor } from '#engine/runtime/tensor.ts';
import { Trainer, type TrainerOptions } from '#engine/train/trainer.ts';
import { CounterRandom } from '#shared/util/random.ts';

/** Exclusive or of two inputs, as -1 and 1: no linear model can fit it. */
export const xor: Record<string, Tensor> = {
  x: tensor('float32', [4, 2], [-1, -1, -1, 1, 1, -1, 1, 1]),
  y: tensor('float32', [4], [-1, 1, 1, -1]),
};

export function buildMlp(graph: Graph, rate = 0) {
  const x = graph.input('x', 'float32', [4, 2]);
  const y = graph.input('y', 'float32', [4]);
  const layer = (name: string, from: number, to: number) => ({
    weight: graph.parameter(`${name}.weight`, [from, to]),
    bias: graph.parameter(`${name}.bias`, [to]),
  });
  let hidden = tanh(linear(x, layer('up', 2, 8)));
  if (rate > 0) hidden = dropout(hidden, dropoutState(graph.input('seed', 'uint32', []), rate));
  const difference = sub(reshape(linear(hidden, layer('down', 8, 1)), [4]), y);
  return { loss: reduceMean(mul(difference, difference)), aux: { difference } };
}

export function mlpParameters(): Record<string, Tensor> {
  const random = new CounterRandom(5, 'mlp');
  const draw = (shape: number[], offset: number) =>
    tensor(
      'float32',
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => 0.7 * random.normal(offset + i)),
    );
  return {
    'up.weight': draw([2, 8], 0),
    'up.bias': draw([8], 100),
    'down.weight': draw([8, 1], 200),
    'down.bias': draw([1], 300),
  };
}

export function mlpTrainer(options: Partial<TrainerOptions<string>> & { dropout?: number } = {}): Trainer<string> {
  return new Trainer<string>({
    build: (graph, _, mode) => buildMlp(graph, mode === 'train' ? options.dropout : 0),
    parameters: mlpParameters(),
    placement: 'host',
    runtime: ortRuntime({ threads: 1 }),
    decays: (name) => name.endsWith('weight'),
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 },
    rate: linearSchedule({ peak: 0.05, warmupSteps: 5, totalSteps: 200 }),
    seed: 42,
    maxExecutables: 4,
    ...options,
  });
}
