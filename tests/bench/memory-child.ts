import { ortRuntime } from '#engine/runtime/ort.ts';
import { zeros } from '#engine/runtime/tensor.ts';
import { constantSchedule } from '#engine/optim/schedule.ts';
import { Trainer } from '#engine/train/trainer.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { parameterFeeds, priorFeeds } from '#genecompass/feeds.ts';
import { targetCapacity } from '#genecompass/masked-batch.ts';
import { buildMaskedLoss } from '#genecompass/masked-training.ts';
import { type Model, parameterShapes } from '#genecompass/model.ts';
import { optimiserOptions } from '#genecompass/optimiser.ts';
import { MASKED, workGraph } from '#genecompass/resources/work-graph.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { sizeOf } from '#engine/ir/value.ts';

/** Does a few steps of one kind of work, as the jobs do it, and prints the most memory it took. */
const { config, mode, length, batchSize, idWeight } = JSON.parse(process.argv[2]) as {
  config: ModelConfig;
  mode: 'inference' | 'training';
  length: number;
  batchSize: number;
  idWeight: number;
};
const heads = mode === 'inference' ? ({ kind: 'none' } as const) : MASKED;
const filled = (size: number, salt: number) => Float32Array.from({ length: size }, (_, i) => 0.02 * Math.sin(i + salt));
const model: Model = {
  config,
  parameters: new Map([...parameterShapes(config, heads)].map(([name, shape], i) => [name, filled(sizeOf(shape), i)])),
  priors: config.priors.map(({ name, width }, i) => ({ name, width, table: filled(config.vocabularySize * width, i) })),
  homologIndex: Int32Array.from({ length: config.vocabularySize }, (_, token) => token),
};
const STEPS = 3;

if (mode === 'inference') {
  const encoder = await createCellEncoder(model, ortRuntime(), null);
  const cell = {
    tokenIds: Int32Array.from({ length }, (_, i) => 2 + (i % (config.vocabularySize - 2))),
    values: new Float32Array(length).fill(1),
    species: 0 as const,
  };
  const cells = Array.from({ length: batchSize }, () => cell);
  for (let i = 0; i < STEPS; i++) await encoder.encode(cells, 'cls');
} else {
  const capacity = targetCapacity(batchSize * length, 0.15);
  const trainer = new Trainer<number>({
    build: (graph, _, built) => buildMaskedLoss(graph, config, { batchSize, length, capacity }, idWeight, built),
    runtime: ortRuntime(),
    parameters: parameterFeeds(config, MASKED, model.parameters),
    decays: () => false,
    optimizer: optimiserOptions({ weightDecay: 0.01, clipNorm: 1 }),
    rate: constantSchedule({ peak: 1e-4, warmupSteps: 0, totalSteps: 10 }),
    seed: 1,
    placement: 'host',
    maxExecutables: 2,
  });
  const feeds = {
    ...Object.fromEntries(
      [...workGraph(config, 'training', { batchSize, length }).inputs].flatMap(([name, value]) =>
        name === 'seed' || model.parameters.has(name) ? [] : [[name, zeros(value.shape, value.dtype)]],
      ),
    ),
    ...priorFeeds(model.priors),
  };
  (feeds.label_values ?? feeds.values).data.fill(1 as never);
  for (let i = 0; i < STEPS; i++) await trainer.step(0, feeds);
}

console.log(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024 }));
