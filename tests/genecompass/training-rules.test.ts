import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { finetune, type FinetuneRequest } from '#genecompass/finetune.ts';
import { classWeights } from '#genecompass/labelled-batch.ts';
import { adaptersOf } from '#genecompass/lora.ts';
import { maskedBatch, targetCapacity } from '#genecompass/masked-batch.ts';
import { maskCell } from '#genecompass/masking.ts';
import { IGNORED_LABEL } from '#genecompass/names.ts';
import { pretrain, type PretrainRequest } from '#genecompass/pretrain.ts';
import {
  finetuneStateBlocks,
  pretrainStateBlocks,
  readFinetuneState,
  readPretrainState,
} from '#genecompass/training-state-io.ts';
import { planTuning } from '#genecompass/tuning.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { bytesOf } from './support/bytes-of.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const runtime = ortRuntime({ threads: 1 });
const model = makeTinyModel({ kind: 'masked' });

describe('a masked batch', () => {
  const cells = makeCells([30, 38, 12, 38, 25]);
  const planned = { cells: Int32Array.of(1, 0, 3, 2, 4), length: 38 };
  const options = { seed: 3, maskFraction: 0.4, vocabularySize: 40 };
  const made = (step: number) => maskedBatch(cells, planned, 5, step, model.homologIndex, options);

  it('looks prior knowledge up for the tokens it shows, mouse cells at their mouse genes', () => {
    const { batch } = made(1);
    let moved = 0;
    batch.priorIds.forEach((row, i) => {
      const token = batch.tokenIds[i];
      const isMouse = batch.species[Math.floor(i / 38)] === 1;
      expect(row).toBe(isMouse ? model.homologIndex[token] : token);
      if (row !== token) moved++;
    });
    expect(moved).toBeGreaterThan(10);
    expect(batch.tokenIds.filter((token) => token === 1).length).toBeGreaterThan(20);
  });

  it('asks for the gene and the value before masking, at every labelled position', () => {
    for (let step = 1; step <= 100; step++) {
      const { batch, targets } = made(step);
      let asked = 0;
      planned.cells.forEach((cell, row) => {
        const start = cells.offsets[cell];
        for (let i = 0; i < cells.offsets[cell + 1] - start; i++) {
          // Rows count CLS in front of each cell.
          const at = targets.rows.subarray(0, targets.nTargets).indexOf(row * 39 + 1 + i);
          const [token, value] = [cells.tokenIds[start + i], cells.values[start + i]];
          if (at < 0) expect([batch.tokenIds[row * 38 + i], batch.values[row * 38 + i]]).toEqual([token, value]);
          else expect([targets.labels[at], targets.values[at], targets.weights[at]]).toEqual([token, value, 1]);
          if (at >= 0) asked++;
        }
      });
      expect(asked).toBe(targets.nTargets);
      expect(targets.weights.subarray(targets.nTargets).every((weight) => weight === 0)).toBe(true);
    }
  });

  it('has room for all of them: none is lost in a thousand full batches', () => {
    const [nPositions, share] = [1024, 0.15];
    const capacity = targetCapacity(nPositions, share);
    expect(capacity).toBeLessThan(1.6 * nPositions * share);
    const row = () => ({
      tokenIds: new Int32Array(nPositions).fill(5),
      values: new Float32Array(nPositions),
      labels: new Int32Array(nPositions).fill(IGNORED_LABEL),
    });
    for (let step = 0; step < 1000; step++) {
      const selected = maskCell(row(), step, 0, { seed: 1, maskFraction: share, vocabularySize: 40 });
      expect(selected).toBeLessThanOrEqual(capacity);
    }
  });

  it('replaces a tenth by any token at all, as published, the special ones included', () => {
    const n = 20_000;
    const row = { tokenIds: new Int32Array(n).fill(3), values: new Float32Array(n).fill(2), labels: new Int32Array(n) };
    maskCell(row, 1, 1, { seed: 2, maskFraction: 0.5, vocabularySize: 6 });
    const shown = new Set(row.tokenIds.filter((_, i) => row.values[i] === -1));
    expect([...shown].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('several batches in one correction', () => {
  const nine = makeCells([6, 7, 8, 10, 20, 26, 33, 38, 12]);

  it('pretrain as one large batch does: a batch counts as much as its masked genes', async () => {
    const first = async (changes: object) => {
      const seen: number[][] = [];
      await pretrain({
        model,
        cells: nine,
        runtime,
        options: PretrainConfig.parse({ tokens: 't', epochs: 3, maskFraction: 0.5, ...changes }),
        onStep: ({ loss, idLoss, valueLoss, gradientNorm }) => seen.push([loss, idLoss!, valueLoss, gradientNorm]),
      });
      return seen;
    };
    const [whole, parts] = [await first({ batchSize: 8 }), await first({ batchSize: 2, accumulateBatches: 4 })];
    expect(parts).toHaveLength(3);
    parts.forEach((numbers, step) => numbers.forEach((x, i) => expect(x).toBeCloseTo(whole[step][i], 4)));
  });

  const tuning = (changes: object): FinetuneRequest => ({
    model,
    cells: nine,
    labels: Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1, 0),
    nClasses: 3,
    train: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    validation: Int32Array.of(8),
    runtime,
    options: FinetuneConfig.parse({ model: 'm', tokens: 't', labelColumn: 'l', epochs: 2, ...changes }),
  });
  const tuned = async (changes: object) => {
    const seen: number[][] = [];
    await finetune({ ...tuning(changes), onStep: ({ loss, gradientNorm }) => seen.push([loss, gradientNorm]) });
    return seen;
  };

  it('fine-tune as one large batch does: a batch counts as much as the weights of its cells', async () => {
    const [whole, parts] = [await tuned({ batchSize: 8 }), await tuned({ batchSize: 2, accumulateBatches: 4 })];
    expect(parts).toHaveLength(2);
    parts.forEach((numbers, step) => numbers.forEach((x, i) => expect(x).toBeCloseTo(whole[step][i], 4)));
  });

  it('are not the mean of their means where classes are weighted', async () => {
    const [even, weighted] = [await tuned({ batchSize: 8, classWeights: false }), await tuned({ batchSize: 8 })];
    expect(Math.abs(even[0][0] - weighted[0][0])).toBeGreaterThan(1e-3);
  });

  it('weigh every class alike and all cells together as many; a class nobody has counts for nothing', () => {
    const request = tuning({});
    const weights = classWeights(request);
    expect([...weights]).toEqual([8 / 12, 8 / 4, 1].map(Math.fround));
    expect(request.train.reduce((sum, cell) => sum + weights[request.labels[cell]], 0)).toBeCloseTo(8, 5);
  });

  it('of a single cell have its own loss and gradient, whatever its class weighs', async () => {
    const [even, weighted] = [await tuned({ batchSize: 1, classWeights: false }), await tuned({ batchSize: 1 })];
    expect(weighted).toHaveLength(16);
    weighted.forEach((numbers, step) => numbers.forEach((x, i) => expect(x).toBeCloseTo(even[step][i], 3)));
  });
});

describe('what a training leaves alone', () => {
  it('are frozen layers, not those whose numbers begin alike', () => {
    const deep = makeTinyModel({ kind: 'masked' }, { nLayers: 12 });
    const options = PretrainConfig.parse({ tokens: 't', freezeLayers: 2 });
    const { trains, parameters } = planTuning(deep, { kind: 'masked' }, options, () => false);
    const layers = new Set(
      Object.keys(parameters)
        .filter(trains)
        .map((name) => /layer\.(\d+)\./.exec(name)?.[1]),
    );
    layers.delete(undefined);
    expect([...layers].map(Number).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('adds adapters by alpha over rank', () => {
    const scaleOf = (rank: number, alpha: number) =>
      adaptersOf(model.config, PretrainConfig.parse({ tokens: 't', lora: { rank, alpha } }).lora, 0)!.scale;
    expect([scaleOf(4, 8), scaleOf(8, 8), scaleOf(2, 1)]).toEqual([2, 1, 0.5]);
  });

  it('are the cells held out of pretraining', async () => {
    const cells = makeCells(Array.from({ length: 60 }, (_, c) => 8 + (c % 9)));
    const held = new CounterRandom(6, 'held-out cells').permutation(60).subarray(0, 3);
    const values = cells.values.slice();
    for (const cell of held) values.fill(0.5, cells.offsets[cell], cells.offsets[cell + 1]);
    const run = async (from: typeof cells) => {
      const steps: number[] = [];
      const { history } = await pretrain({
        ...{ model, cells: from, runtime },
        options: PretrainConfig.parse({ tokens: 't', epochs: 2, batchSize: 8, seed: 6 }),
        onStep: ({ loss }) => steps.push(loss),
      });
      return { steps, validations: history.map(({ validation }) => validation.valueLoss) };
    };
    const [as, changed] = [await run(cells), await run({ ...cells, values })];
    expect(changed.steps).toEqual(as.steps);
    expect(changed.validations).not.toEqual(as.validations);
  });
});

/** So high a rate that a training is soon worse than it was. */
const RUINOUS = { schedule: 'constant', warmUpFraction: 0, learningRate: 0.05, batchSize: 8, seed: 2 };

describe('a training that gets worse', () => {
  const cells = makeCells(Array.from({ length: 40 }, (_, c) => 8 + (c % 9)));

  const pretraining = (): PretrainRequest => ({
    ...{ model, cells, runtime },
    options: PretrainConfig.parse({ tokens: 't', epochs: 40, maxSteps: 20, ...RUINOUS, learningRate: 0.5 }),
  });

  it('gives the pretrained weights of its best validation, also when it was stopped after it', async () => {
    const whole = await pretrain(pretraining());
    const best = whole.history.reduce((a, b) => (b.validation.loss < a.validation.loss ? b : a)).step;
    expect(best).toBeLessThan(18);
    expect(whole.bestStep).toBe(best);
    let then: Uint8Array | undefined;
    let later: Uint8Array | undefined;
    const control = new AbortController();
    const stopped = pretrain({
      ...pretraining(),
      signal: control.signal,
      isCheckpointDue: (step) => step === best || step === 19,
      onStep: ({ step }) => {
        if (step === 19) control.abort();
      },
      onCheckpoint: (state) => {
        const bytes = bytesOf(pretrainStateBlocks(state));
        if (state.training.step === best) then = bytes;
        else later = bytes;
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    for (const [name, { data }] of Object.entries(readPretrainState(then!, 's').training.parameters))
      expect(whole.model.parameters.get(name), name).toEqual(data);
    const resumed = await pretrain({ ...pretraining(), resume: readPretrainState(later!, 's') });
    expect(resumed.bestStep).toBe(best);
    expect(resumed.model.parameters).toEqual(whole.model.parameters);
  });

  const tuning = (changes: object = {}): FinetuneRequest => ({
    ...{ model, cells, runtime, nClasses: 3 },
    labels: Int32Array.from({ length: 40 }, (_, c) => (c * 7) % 3),
    train: Int32Array.from({ length: 30 }, (_, c) => c),
    validation: Int32Array.from({ length: 10 }, (_, c) => 30 + c),
    options: FinetuneConfig.parse({ model: 'm', tokens: 't', labelColumn: 'l', epochs: 8, ...RUINOUS, ...changes }),
  });

  it('gives the tuned weights of its best epoch, the first of equals, also when it was stopped after it', async () => {
    const whole = await finetune(tuning());
    const scores = whole.history.map(({ validation }) => validation!.macroF1);
    expect(whole.bestEpoch).toBe(scores.indexOf(Math.max(...scores)) + 1);
    expect(whole.bestEpoch).toBeLessThan(8);
    // Epochs of four steps: a stop in the last one.
    let later: Uint8Array | undefined;
    const control = new AbortController();
    const stopped = finetune({
      ...tuning(),
      signal: control.signal,
      onStep: ({ step }) => {
        if (step === 30) control.abort();
      },
      onCheckpoint: (state) => {
        later = bytesOf(finetuneStateBlocks(state));
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const resume = readFinetuneState(later!, 's');
    for (const [name, { data }] of Object.entries(resume.best!))
      expect(whole.model.parameters.get(name), name).toEqual(data);
    const resumed = await finetune({ ...tuning(), resume });
    expect(resumed.bestEpoch).toBe(whole.bestEpoch);
    expect(resumed.model.parameters).toEqual(whole.model.parameters);
  });

  it('is ended by its patience, counted from the best epoch, also across a stop', async () => {
    const { bestEpoch } = await finetune(tuning());
    const patient = tuning({ patience: 1 });
    const ended = await finetune(patient);
    const firstDrop = ended.history.length;
    expect(ended.bestEpoch).toBe(firstDrop - 1);
    expect(firstDrop).toBeLessThanOrEqual(bestEpoch + 1);
  });
});
