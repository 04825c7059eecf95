import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { finetune } from '#genecompass/finetune.ts';
import { optimiserOptions } from '#genecompass/optimiser.ts';
import { pretrain } from '#genecompass/pretrain.ts';
import { planTuning } from '#genecompass/tuning.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const runtime = ortRuntime({ threads: 1 });
const cells = makeCells([9, 12, 7, 10, 8, 11, 6, 12]);
const model = makeTinyModel({ kind: 'masked' });

describe('AdamW as published', () => {
  it('has the constants of the published training and the decay and norm it is given', () => {
    expect(optimiserOptions({ weightDecay: 0.03, clipNorm: 7 })).toEqual({
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.03,
      clipNorm: 7,
    });
  });

  it('pulls matrices and embeddings towards zero, and neither biases nor norms nor adapters of vectors', () => {
    const options = PretrainConfig.parse({ tokens: 't', lora: { rank: 2, targets: ['query'] } });
    const { decays, parameters } = planTuning(model, { kind: 'masked' }, options, () => false);
    const names = Object.keys(parameters);
    const spared = names.filter((name) => !decays(name));
    expect(spared.every((name) => name.endsWith('bias') || name.includes('Norm') || name.endsWith('_ln.weight'))).toBe(
      true,
    );
    expect(spared).toEqual(names.filter((name) => parameters[name].shape.length === 1));
    for (const name of ['bert.embeddings.word_embeddings.weight', 'bert.cls_embedding.weight'])
      expect(decays(name), name).toBe(true);
    expect(decays('bert.encoder.layer.0.attention.self.query.lora_A.weight')).toBe(true);
  });
});

/** Weights after a few steps on the same cells. */
const TRAININGS = {
  pretrain: async (changes: object) =>
    (
      await pretrain({
        model,
        cells,
        runtime,
        options: PretrainConfig.parse({ tokens: 't', maxSteps: 3, batchSize: 4, epochs: 9, ...changes }),
      })
    ).model.parameters,
  finetune: async (changes: object) =>
    (
      await finetune({
        model,
        cells,
        labels: Int32Array.from({ length: 8 }, (_, c) => c % 2),
        nClasses: 2,
        train: Int32Array.from({ length: 8 }, (_, c) => c),
        validation: new Int32Array(0),
        runtime,
        options: FinetuneConfig.parse({
          ...{ model: 'm', tokens: 't', labelColumn: 'l', epochs: 2, batchSize: 4 },
          ...changes,
        }),
      })
    ).model.parameters,
};

describe.each(['pretrain', 'finetune'] as const)('%s', (kind) => {
  it.each([
    ['learning rate', { learningRate: 1e-2 }],
    ['weight decay', { weightDecay: 0.5 }],
    ['gradient clipping', { clipNorm: 1e-3 }],
    ['warm-up', { warmUpFraction: 0.9 }],
    ['warm-up steps', { warmUpSteps: 50 }],
    ['schedule', { schedule: 'constant' }],
    ['batches per correction', { accumulateBatches: 2 }],
    ['seed', { seed: 8 }],
  ])('heeds the %s', async (_, changes) => {
    const [usual, again, changed] = [
      await TRAININGS[kind]({}),
      await TRAININGS[kind]({}),
      await TRAININGS[kind](changes),
    ];
    expect(again).toEqual(usual);
    expect(changed).not.toEqual(usual);
  });

  it('decays a matrix by rate × decay a step, and a bias not at all', async () => {
    // No gradient reaches positions that no cell has, so decay alone moves their rows: 40 places, 12 genes at most.
    const [rate, decay] = [0.01, 0.3];
    const options = { schedule: 'constant', warmUpFraction: 0, learningRate: rate, weightDecay: decay, epochs: 1 };
    const trained = await TRAININGS[kind]({ ...options, batchSize: 8, maxSteps: 1 });
    const name = 'bert.embeddings.position_embeddings.weight';
    const { width, maxLength } = model.config;
    const [before, after] = [model.parameters.get(name)!, trained.get(name)!];
    for (let i = 20 * width; i < maxLength * width; i++)
      expect(after[i]).toBeCloseTo(before[i] * (1 - rate * decay), 6);
    expect(after).not.toEqual(before);
  });
});
