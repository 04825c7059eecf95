import { constantSchedule } from '#engine/optim/schedule.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { Trainer } from '#engine/train/trainer.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { batchFeeds, parameterFeeds, priorFeeds } from '#genecompass/feeds.ts';
import { maskedBatch, targetFeeds } from '#genecompass/masked-batch.ts';
import { buildMaskedLoss, type MaskedShape } from '#genecompass/masked-training.ts';
import { optimiserOptions } from '#genecompass/optimiser.ts';
import { makeCells, makeTinyModel, TINY_VOCABULARY } from './tiny-model.ts';

const MASKED = { kind: 'masked' } as const;
const STEPS = 3;
const LENGTH = 32;

export interface TrainedNumbers {
  readonly losses: number[];
  readonly gradientNorms: number[];
  /** One of the trained tensors after the last step. */
  readonly query: number[];
  readonly embeddings: { readonly cls: number[]; readonly mean: number[] };
}

/** Three training steps of the whole model with dropout, AdamW where asked for, and embeddings of cells by the initial model. */
export async function trainAndEncode(runtime: Runtime, placement: 'host' | 'graph'): Promise<TrainedNumbers> {
  const model = makeTinyModel(MASKED, { dropout: 0.1 });
  const { config } = model;
  const cells = makeCells([LENGTH, 20, 28, 16]);
  const trainer = new Trainer<MaskedShape>({
    build: (graph, shape, mode) => buildMaskedLoss(graph, config, shape, 0.2, mode),
    runtime,
    parameters: parameterFeeds(config, MASKED, model.parameters),
    decays: (name) => name.endsWith('weight'),
    optimizer: optimiserOptions({ weightDecay: 0.01, clipNorm: 1 }),
    rate: constantSchedule({ peak: 1e-3, warmupSteps: 0, totalSteps: STEPS }),
    seed: 3,
    placement,
    maxExecutables: 2,
  });
  const [losses, gradientNorms]: [number[], number[]] = [[], []];
  const planned = { cells: Int32Array.of(0, 1, 2, 3), length: LENGTH };
  for (let step = 1; step <= STEPS; step++) {
    const masking = { seed: 3, maskFraction: 0.15, vocabularySize: TINY_VOCABULARY };
    const { batch, targets } = maskedBatch(cells, planned, 4, step, model.homologIndex, masking);
    const shape = { batchSize: 4, length: LENGTH, capacity: targets.rows.length };
    const feeds = { ...batchFeeds(batch), ...targetFeeds(targets), ...priorFeeds(model.priors) };
    const { loss, gradientNorm } = await trainer.step(shape, feeds);
    losses.push(loss);
    gradientNorms.push(gradientNorm);
  }
  const query = [...(trainer.parameters['bert.encoder.layer.0.attention.self.query.weight'].data as Float32Array)];
  await trainer.dispose();

  const encoder = await createCellEncoder(model, runtime);
  const inputs = Array.from({ length: cells.nCells }, (_, cell) => ({
    tokenIds: cells.tokenIds.subarray(cells.offsets[cell], cells.offsets[cell + 1]),
    values: cells.values.subarray(cells.offsets[cell], cells.offsets[cell + 1]),
    species: cells.species[cell] === 1 ? (1 as const) : (0 as const),
  }));
  const cls = [...(await encoder.encode(inputs, 'cls')).embeddings];
  const mean = [...(await encoder.encode(inputs, 'mean')).embeddings];
  await encoder.dispose();
  return { losses, gradientNorms, query, embeddings: { cls, mean } };
}
