import { Graph } from '#engine/ir/graph.ts';
import { stepGraph } from '#engine/train/step-graph.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { PretrainConfig } from '#shared/domain/training.ts';
import { clsEncoder, modelGraph } from '../architecture.ts';
import { targetCapacity } from '../masked-batch.ts';
import { buildMaskedLoss, trainsMasked } from '../masked-training.ts';
import { type Heads, parameterShapes } from '../model.ts';
import { optimiserOptions } from '../optimiser.ts';

/** Kinds of work that need different memory for one model. */
export type WorkMode = 'inference' | 'training' | 'lora';

export const MASKED: Heads = { kind: 'masked' };

/** Cells of equal length that are computed together. */
export interface WorkShape {
  readonly batchSize: number;
  readonly length: number;
}

/** The very graph that encodes cells or takes a training step, with nothing to feed it. */
export function workGraph(config: ModelConfig, mode: WorkMode, { batchSize, length }: WorkShape): Graph {
  if (mode === 'inference') {
    const built = modelGraph(new Graph('inference'), config, { kind: 'none' }, batchSize, length, { folded: true });
    built.graph.output('embedding', clsEncoder(config, built));
    return built.graph;
  }
  const { maskFraction, idWeight, weightDecay, clipNorm } = DEFAULTS;
  const capacity = targetCapacity(batchSize * length, maskFraction);
  return stepGraph('training', 'train', {
    build: (graph, built) => buildMaskedLoss(graph, config, { batchSize, length, capacity }, idWeight, built),
    trained: trainedNames(config, mode, idWeight),
    decays: () => false,
    optimizer: optimiserOptions({ weightDecay, clipNorm }),
    placement: 'host',
    scalesLoss: false,
  });
}

/**
 * Tensors that get a gradient.
 *
 * Note: with LoRA these stand for the adapters: the derivative goes through every layer, but no large tensor gets one.
 */
export function trainedNames(config: ModelConfig, mode: WorkMode, idWeight = DEFAULTS.idWeight): string[] {
  const names = [...parameterShapes(config, MASKED).keys()].filter((name) => trainsMasked(name, idWeight));
  return mode === 'lora' ? names.filter((name) => /\.attention\.self\.(query|value)\.bias$/.test(name)) : names;
}

const DEFAULTS = PretrainConfig.omit({ tokens: true }).parse({});
