import { describe, expect, it } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { liveSet } from '#engine/ir/live.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { Tensor } from '#engine/runtime/tensor.ts';
import { stepGraph } from '#engine/train/step-graph.ts';
import { Trainer } from '#engine/train/trainer.ts';
import { fullEncoder, modelGraph } from '#genecompass/architecture.ts';
import { batchFeeds, type Feeds, parameterFeeds, priorFeeds } from '#genecompass/feeds.ts';
import { finetune } from '#genecompass/finetune.ts';
import { maskedBatch, targetFeeds } from '#genecompass/masked-batch.ts';
import { buildMaskedLoss, type MaskedShape } from '#genecompass/masked-training.ts';
import type { Model } from '#genecompass/model.ts';
import { optimiserOptions, scheduleOf } from '#genecompass/optimiser.ts';
import { pretrain } from '#genecompass/pretrain.ts';
import { planTuning, type TuningOptions } from '#genecompass/tuning.ts';
import { LoraConfig } from '#shared/domain/lora.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { makeCells, makeTinyModel, TINY_VOCABULARY } from './support/tiny-model.ts';

const MASKED = { kind: 'masked' } as const;
const ID_WEIGHT = 0.2;
const LENGTH = 13;
const runtime = ortRuntime({ threads: 1 });
const cells = makeCells([13, 5, 9, 12, 3, 11, 7, 13]);
const masking = { seed: 1, maskFraction: 0.3, vocabularySize: TINY_VOCABULARY };

/** Chosen cells as a batch, masked the same way in whatever company. */
function batchOf(model: Model, which: readonly number[]) {
  const planned = { cells: Int32Array.from(which), length: LENGTH };
  const { batch, targets } = maskedBatch(cells, planned, which.length, 1, model.homologIndex, masking);
  const shape: MaskedShape = { batchSize: which.length, length: LENGTH, capacity: targets.rows.length };
  const feeds: Feeds = { ...batchFeeds(batch), ...targetFeeds(targets), ...priorFeeds(model.priors) };
  return { shape, feeds, weight: targets.nTargets };
}

const tuningOf = (model: Model, changes: Partial<TuningOptions> = {}) =>
  planTuning(
    model,
    MASKED,
    { freezeLayers: 0, freezeEmbeddings: false, lora: LoraConfig.parse({}), seed: 3, ...changes },
    () => false,
  );

function trainerOf(model: Model, changes: Partial<TuningOptions> = {}): Trainer<MaskedShape> {
  const tuning = tuningOf(model, changes);
  return new Trainer<MaskedShape>({
    build: (graph, shape, mode) => buildMaskedLoss(graph, model.config, shape, ID_WEIGHT, mode, tuning.adapters),
    runtime,
    parameters: tuning.parameters,
    trains: tuning.trains,
    decays: tuning.decays,
    optimizer: optimiserOptions({ weightDecay: 0.01, clipNorm: 1 }),
    rate: () => 1e-2,
    seed: 3,
    placement: 'host',
    maxExecutables: 4,
  });
}

const floats = ({ data }: Tensor): Float32Array => data as Float32Array;
const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);

describe('accumulated batches', () => {
  it('are one large batch: each counts by its masked positions', async () => {
    const model = makeTinyModel(MASKED);
    const parts = [batchOf(model, [0, 1, 2]), batchOf(model, [3, 4]), batchOf(model, [5, 6, 7])];
    expect(new Set(parts.map(({ weight }) => weight)).size).toBe(3);
    const whole = batchOf(model, [0, 1, 2, 3, 4, 5, 6, 7]);
    expect(whole.weight).toBe(parts.reduce((sum, { weight }) => sum + weight, 0));
    const [large, small] = [trainerOf(model), trainerOf(model)];
    for (let step = 0; step < 3; step++) {
      const [one, many] = [await large.stepOver([whole]), await small.stepOver(parts)];
      expect(many.loss).toBeCloseTo(one.loss, 5);
      expect(many.gradientNorm).toBeCloseTo(one.gradientNorm, 4);
      for (const name of ['idLoss', 'valueLoss']) {
        expect(floats(many.aux[name])[0]).toBeCloseTo(floats(one.aux[name])[0], 5);
      }
    }
    // AdamW turns the rounding of a gradient that is almost zero into a step of its own; such an element is no measure.
    const [a, b] = [large.exportState(), small.exportState()];
    for (const name of Object.keys(a.first)) {
      const size = Math.max(...floats(a.first[name]).map(Math.abs));
      expect(furthest(floats(a.first[name]), floats(b.first[name])), name).toBeLessThan(1e-4 * size + 1e-7);
    }
    for (const trainer of [large, small]) await trainer.dispose();
  });

  it('draw different units to drop', async () => {
    const model = makeTinyModel(MASKED, { dropout: 0.3 });
    const trainer = trainerOf(model);
    const losses: number[] = [];
    const once = batchOf(model, [0, 1, 2, 3]);
    for (const batches of [[once], [once, { ...once, weight: 0 }], [{ ...once, weight: 0 }, once]]) {
      const fresh = trainerOf(model);
      losses.push((await fresh.stepOver(batches)).loss);
      await fresh.dispose();
    }
    await trainer.dispose();
    expect(losses[1]).toBe(losses[0]);
    expect(losses[2]).not.toBe(losses[0]);
  });
});

describe('the training graph', () => {
  const model = makeTinyModel(MASKED, { nLayers: 3 });
  const shape: MaskedShape = { batchSize: 3, length: LENGTH, capacity: 12 };

  function liveNodes(changes: Partial<TuningOptions>, mode: 'train' | 'evaluate' = 'train') {
    const { adapters, parameters, trains, decays } = tuningOf(model, changes);
    const graph = stepGraph('tiny', mode, {
      build: (built, builtMode) => buildMaskedLoss(built, model.config, shape, ID_WEIGHT, builtMode, adapters),
      trained: Object.keys(parameters).filter(trains),
      decays,
      optimizer: optimiserOptions({ weightDecay: 0, clipNorm: 1 }),
      placement: 'host',
      scalesLoss: false,
    });
    // Also the nodes that a compilation would drop: none may be built for what is frozen.
    return { built: graph.nodes.length, live: liveSet(graph).nodes, outputs: [...graph.outputs.keys()] };
  }

  it('has no backward nodes below the lowest trained layer, built or live', () => {
    const forward = liveNodes({}, 'evaluate').built;
    const backward = (changes: Partial<TuningOptions>) => liveNodes(changes).built - forward;
    const frozen = [0, 1, 2, 3].map((freezeLayers) => backward({ freezeLayers, freezeEmbeddings: true }));
    const perLayer = frozen[1] - frozen[2];
    expect(perLayer).toBeGreaterThan(30);
    // Every frozen layer takes the same number of nodes away; below the lowest trained one nothing goes on.
    expect(Math.abs(frozen[0] - frozen[1] - perLayer)).toBeLessThan(10);
    expect(Math.abs(frozen[2] - frozen[3] - perLayer)).toBeLessThan(10);
    expect(backward({})).toBeGreaterThan(frozen[0]);
    // With trained embeddings the gradient has to come down through frozen layers, but not to their weights.
    expect(backward({ freezeLayers: 3 })).toBeLessThan(backward({}));
    expect(backward({ freezeLayers: 3 })).toBeGreaterThan(frozen[3]);
  });

  it('has gradients for trained parameters only', () => {
    const { outputs } = liveNodes({ freezeLayers: 2, freezeEmbeddings: true });
    const gradients = outputs.filter((name) => name.startsWith('gradient/'));
    expect(gradients.length).toBeGreaterThan(10);
    for (const name of gradients) expect(name).toMatch(/^gradient\/(bert\.encoder\.layer\.2\.|cls)/);
  });

  it('has no product of the size of an adapted weight', () => {
    const weightSized = (changes: Partial<TuningOptions>) =>
      liveNodes(changes).live.filter(({ outputs, op }) => {
        const [rows, columns] = outputs[0].shape;
        return /Gemm|MatMul/.test(op.onnx.name) && outputs[0].rank === 2 && rows * columns === 8 * 16;
      }).length;
    expect(weightSized({})).toBeGreaterThanOrEqual(6);
    expect(weightSized({ lora: LoraConfig.parse({ rank: 2 }) })).toBe(0);
  });
});

describe('adapters', () => {
  const lora = LoraConfig.parse({ rank: 2, alpha: 4 });

  it('start at the frozen model', async () => {
    const model = makeTinyModel(MASKED);
    const [plain, adapted] = [trainerOf(model), trainerOf(model, { lora })];
    const { shape, feeds } = batchOf(model, [0, 1, 2]);
    const [a, b] = [await plain.evaluate(shape, feeds), await adapted.evaluate(shape, feeds)];
    expect(b.loss).toBe(a.loss);
    for (const trainer of [plain, adapted]) await trainer.dispose();
  });

  it('merged into the weights compute what they computed beside them', async () => {
    const model = makeTinyModel(MASKED);
    const trainer = trainerOf(model, { lora });
    const { shape, feeds } = batchOf(model, [0, 1, 2]);
    const before = (await trainer.evaluate(shape, feeds)).loss;
    for (let step = 0; step < 20; step++) await trainer.step(shape, feeds);
    const { loss } = await trainer.evaluate(shape, feeds);
    expect(loss).toBeLessThan(before - 0.1);
    const tuning = tuningOf(model, { lora });
    const merged = tuning.finish(trainer.exportTrained());
    expect([...merged.parameters.keys()]).toEqual([...model.parameters.keys()]);
    const plain = trainerOf(merged);
    expect((await plain.evaluate(shape, feeds)).loss).toBeCloseTo(loss, 5);

    const states = await Promise.all(
      [
        { parameters: trainer.parameters, adapters: tuning.adapters },
        { parameters: parameterFeeds(model.config, MASKED, merged.parameters), adapters: null },
      ].map(async ({ parameters, adapters }) => {
        const built = modelGraph(new Graph('states'), model.config, MASKED, 3, LENGTH, { adapters });
        built.graph.output('state', fullEncoder(model.config, built).states.at(-1)!);
        const executable = await runtime.compile(built.graph);
        const { state } = await executable.run({ ...feeds, ...parameters });
        await executable.dispose();
        return floats(state);
      }),
    );
    expect(furthest(states[0], states[1])).toBeLessThan(1e-5);
    for (const each of [trainer, plain]) await each.dispose();
  });

  it('change nothing but the adapted weights and the heads of a classifier', async () => {
    const model = makeTinyModel(MASKED, { dropout: 0.1 });
    const labels = Int32Array.from({ length: 8 }, (_, c) => c % 2);
    const tuned = await finetune({
      model,
      cells,
      labels,
      nClasses: 2,
      train: Int32Array.of(0, 1, 2, 3, 4, 5),
      validation: Int32Array.of(6, 7),
      runtime,
      options: FinetuneConfig.parse({
        model: 'm',
        tokens: 't',
        labelColumn: 'l',
        epochs: 3,
        batchSize: 3,
        learningRate: 1e-2,
        freezeLayers: 1,
        lora: { rank: 2, targets: ['query', 'ffn-down'] },
      }),
    });
    const changed = [...tuned.model.parameters]
      .filter(([name, data]) => model.parameters.get(name)?.some((x, i) => x !== data[i]))
      .map(([name]) => name);
    expect(changed).toEqual([
      'bert.encoder.layer.1.attention.self.query.weight',
      'bert.encoder.layer.1.output.dense.weight',
    ]);
    expect([...tuned.model.parameters.keys()].some((name) => name.includes('lora'))).toBe(false);
  });

  it('continue a pretraining', async () => {
    const model = makeTinyModel(MASKED);
    const { model: trained } = await pretrain({
      model,
      cells,
      runtime,
      options: PretrainConfig.parse({ tokens: 't', epochs: 4, batchSize: 2, learningRate: 1e-2, lora: { rank: 2 } }),
    });
    const changed = [...trained.parameters].filter(([name, data]) =>
      model.parameters.get(name)!.some((x, i) => x !== data[i]),
    );
    expect(changed.map(([name]) => name).filter((name) => name.startsWith('bert.')).length).toBe(2 * 6);
  });
});

describe('the learning rate', () => {
  const options = { learningRate: 2, warmUpFraction: 0.1, warmUpSteps: undefined };
  const rates = (changes: Partial<Parameters<typeof scheduleOf>[0]>) => {
    const rate = scheduleOf({ ...options, schedule: 'linear', ...changes }, 100);
    return [5, 10, 55, 100].map((step) => Number(rate(step).toFixed(12)));
  };

  it('rises in the warm-up and falls as chosen', () => {
    expect(rates({ schedule: 'linear' })).toEqual([1, 2, 1, 0]);
    expect(rates({ schedule: 'cosine' })).toEqual([1, 2, 1, 0]);
    expect(scheduleOf({ ...options, schedule: 'cosine' }, 100)(32.5)).toBeCloseTo(1 + Math.SQRT1_2, 12);
    expect(rates({ schedule: 'constant' })).toEqual([1, 2, 2, 2]);
  });

  it('takes a number of warm-up steps before a share', () => {
    expect(rates({ warmUpSteps: 20 })).toEqual([0.5, 1, 1.125, 0]);
    expect(rates({ warmUpSteps: 0, schedule: 'constant' })).toEqual([2, 2, 2, 2]);
  });
});
