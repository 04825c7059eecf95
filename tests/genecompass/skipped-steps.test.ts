import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { HeldCellTokens } from '#genecompass/cells.ts';
import { finetune, type FinetuneRequest, type FinetuneState } from '#genecompass/finetune.ts';
import { pretrain, type PretrainRequest, type PretrainState } from '#genecompass/pretrain.ts';
import { MAX_SKIPS_IN_ROW, type StepSkip } from '#genecompass/skip-guard.ts';
import { finetuneStateBlocks, readFinetuneState } from '#genecompass/training-state-io.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { bytesOf } from './support/bytes-of.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const N_CELLS = 60;
const runtime = ortRuntime({ threads: 1 });
const healthy = makeCells(Array.from({ length: N_CELLS }, (_, c) => 6 + (c % 11)));
const numbered = Int32Array.from({ length: N_CELLS }, (_, c) => c);

/** A model whose first weights are above 1, so that a value near the end of float32 overflows in the first product. */
function steepModel(dropout: number) {
  const model = makeTinyModel({ kind: 'masked' }, { dropout });
  const name = 'bert.embeddings.concat_embeddings.cat_fc.weight';
  const steep = model.parameters.get(name)!.map((weight) => 10 * weight);
  return { ...model, parameters: new Map(model.parameters).set(name, steep) };
}

/** Cells with a value that is finite, and is not after the first product. */
function overflowing(cells: HeldCellTokens, ...which: number[]): HeldCellTokens {
  const values = cells.values.slice();
  for (const cell of which) values[cells.offsets[cell]] = 3e38;
  return { ...cells, values };
}

function finetuning(cells: HeldCellTokens, changes: object = {}): FinetuneRequest {
  return {
    model: steepModel(0.1),
    cells,
    labels: numbered.map((c) => c % 3),
    nClasses: 3,
    train: numbered.filter((c) => c < 40),
    validation: numbered.filter((c) => c >= 40),
    runtime,
    options: FinetuneConfig.parse({
      ...{ model: 'm', tokens: 't', labelColumn: 'l', epochs: 3, batchSize: 4, seed: 4, learningRate: 5e-3 },
      ...changes,
    }),
  };
}

const pretraining = (cells: HeldCellTokens, changes: object = {}): PretrainRequest => ({
  model: steepModel(0),
  cells,
  runtime,
  options: PretrainConfig.parse({ tokens: 't', epochs: 3, batchSize: 4, seed: 4, learningRate: 5e-3, ...changes }),
});

/** As `splitCells` of pretraining: the first 5 % of a permutation are held out. */
function isTrained(cell: number): boolean {
  return !new CounterRandom(4, 'held-out cells').permutation(N_CELLS).subarray(0, 3).includes(cell);
}

describe('a step whose loss is not finite', () => {
  it('is left out, counted and told, and the training goes on from the weights before it', async () => {
    const [skips, steps]: [StepSkip[], number[]] = [[], []];
    const { nSkipped, history, model } = await finetune({
      ...finetuning(overflowing(healthy, 17)),
      onSkip: (skip) => skips.push(skip),
      onStep: ({ step }) => steps.push(step),
    });
    // The cell is met once an epoch.
    expect(nSkipped).toBe(3);
    expect(skips.map(({ step }) => Math.ceil(step / 10))).toEqual([1, 2, 3]);
    expect(skips.every(({ loss, inRow }) => !Number.isFinite(loss) && inRow === 1)).toBe(true);
    expect([...steps, ...skips.map(({ step }) => step)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
    expect(history.every(({ trainLoss }) => Number.isFinite(trainLoss))).toBe(true);
    for (const [name, data] of model.parameters) expect(data.every(Number.isFinite), name).toBe(true);
  });

  it('is left out of pretraining too', async () => {
    const { nSkipped, model } = await pretrain(pretraining(overflowing(healthy, 17)));
    expect(nSkipped).toBe(3);
    for (const [name, data] of model.parameters) expect(data.every(Number.isFinite), name).toBe(true);
  });

  it('changes nothing but its own place: what follows equals a run whose AdamW never saw it', async () => {
    const losses = async (cells: HeldCellTokens) => {
      const seen = new Map<number, number>();
      const skipped: number[] = [];
      const onSkip = ({ step }: StepSkip) => skipped.push(step);
      await finetune({ ...finetuning(cells, { epochs: 1 }), onSkip, onStep: ({ step, loss }) => seen.set(step, loss) });
      return { seen, skipped };
    };
    const [good, bad] = [await losses(healthy), await losses(overflowing(healthy, 17))];
    const [at] = bad.skipped;
    for (let step = 1; step < at; step++) expect(bad.seen.get(step)).toBe(good.seen.get(step));
    expect(bad.seen.has(at)).toBe(false);
    expect(at).toBeLessThan(10);
    expect(bad.seen.get(10)).not.toBe(good.seen.get(10));
  });

  it('is part of the state: a run stopped after one goes on exactly', async () => {
    const request = () => finetuning(overflowing(healthy, 3, 17), { accumulateBatches: 2 });
    const watch = () => {
      const seen: unknown[] = [];
      const keep = (each: object) => seen.push(each);
      return { seen, onStep: keep, onSkip: keep, onEpoch: keep };
    };
    const whole = watch();
    const expected = await finetune({ ...request(), ...whole });
    const firstSkip = whole.seen.findIndex((each) => (each as Partial<StepSkip>).inRow !== undefined) + 1;
    for (const stopAfter of [firstSkip, firstSkip + 2]) {
      const control = new AbortController();
      const parts = watch();
      let saved: Uint8Array | undefined;
      const count = (each: object) => {
        parts.seen.push(each);
        if (parts.seen.length === stopAfter) control.abort();
      };
      const stopped = finetune({
        ...request(),
        ...parts,
        onStep: count,
        onSkip: count,
        signal: control.signal,
        onCheckpoint: (state) => {
          saved = bytesOf(finetuneStateBlocks(state));
        },
      });
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
      const resume = readFinetuneState(saved!, 'state');
      expect(resume.training.skips.total).toBeGreaterThan(0);
      const result = await finetune({ ...request(), ...parts, resume });
      expect(parts.seen).toEqual(whole.seen);
      expect(result).toEqual(expected);
    }
  });

  it('ends the training once there are too many in a row, with the last good state kept', async () => {
    const broken = finetuning(overflowing(healthy, ...numbered));
    let kept: FinetuneState | undefined;
    const run = finetune({
      ...broken,
      onCheckpoint: (state) => {
        kept = state;
      },
    });
    await expect(run).rejects.toMatchObject({
      code: 'numeric',
      message: /^fine-tuning: 10 steps in a row, up to step 10, have no finite loss/,
    });
    expect(kept!.training.step).toBe(MAX_SKIPS_IN_ROW);
    expect(kept!.training.skips).toEqual({ total: MAX_SKIPS_IN_ROW, inRow: MAX_SKIPS_IN_ROW });
    const start = steepModel(0.1).parameters;
    for (const [name, { data }] of Object.entries(kept!.training.parameters)) {
      if (start.has(name) && !name.startsWith('cls.')) expect(data, name).toEqual(start.get(name));
    }
  });

  it('ends a run that is shorter than that and never took a step', async () => {
    const request = pretraining(overflowing(healthy, ...numbered.filter(isTrained)), { maxSteps: 3 });
    let kept: PretrainState | undefined;
    const run = pretrain({
      ...request,
      onCheckpoint: (state) => {
        kept = state;
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'numeric', message: /3 steps in a row/ });
    expect(kept!.training.step).toBe(3);
  });

  it('ends a pretraining whose validation is not finite', async () => {
    const cells = overflowing(healthy, ...numbered.filter((cell) => !isTrained(cell)));
    await expect(pretrain(pretraining(cells, { maxSteps: 2 }))).rejects.toThrow(/validation loss after step 1 is/);
  });
});

describe('patience', () => {
  it('stops fine-tuning after so many epochs without a better one, and keeps the best', async () => {
    // A rate of almost nothing: every epoch scores as the first one.
    const still = { epochs: 9, learningRate: 1e-12 };
    const stopped = await finetune(finetuning(healthy, { ...still, patience: 2 }));
    expect(stopped.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(stopped.bestEpoch).toBe(1);
    expect((await finetune(finetuning(healthy, { ...still, patience: 0 }))).history).toHaveLength(9);
  });

  it('stops pretraining after so many validations without a better one', async () => {
    const wild = { epochs: 5, learningRate: 1, schedule: 'constant' };
    const whole = await pretrain(pretraining(healthy, wild));
    const stopped = await pretrain(pretraining(healthy, { ...wild, patience: 2 }));
    expect(stopped.history.length).toBeLessThan(whole.history.length);
    expect(stopped.history).toEqual(whole.history.slice(0, stopped.history.length));
    const best = stopped.history.findIndex(({ step }) => step === stopped.bestStep);
    expect(stopped.history.length - 1 - best).toBe(2);
  });

  it('is nothing to a run without validation cells', async () => {
    const request = finetuning(healthy, { epochs: 4, patience: 1 });
    const { history, bestEpoch } = await finetune({ ...request, validation: new Int32Array() });
    expect(history).toHaveLength(4);
    expect(bestEpoch).toBe(4);
  });
});
