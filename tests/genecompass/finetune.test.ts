import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { HeldCellTokens } from '#genecompass/cells.ts';
import { finetune, type FinetuneRequest, predictClasses } from '#genecompass/finetune.ts';
import { predictedClasses, scoreClasses } from '#genecompass/scores.ts';
import { FinetuneConfig } from '#shared/domain/training.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const N_CELLS = 240;
const runtime = ortRuntime({ threads: 1 });
const labels = Int32Array.from({ length: N_CELLS }, (_, c) => c % 3);
const cells = plant(makeCells(Array.from({ length: N_CELLS }, (_, c) => 6 + (c % 11))));
const numbered = Int32Array.from({ length: N_CELLS }, (_, c) => c);

/** Each class shows its own gene with its own value in second place. */
function plant(made: HeldCellTokens): HeldCellTokens {
  labels.forEach((label, c) => {
    made.tokenIds[made.offsets[c] + 1] = 30 + label;
    made.values[made.offsets[c] + 1] = 3 - label;
  });
  return made;
}

function request(changes: Partial<z.input<typeof FinetuneConfig>> = {}): FinetuneRequest {
  return {
    model: makeTinyModel({ kind: 'masked' }, { dropout: 0.05 }),
    cells,
    labels,
    nClasses: 3,
    train: numbered.filter((c) => c < 160),
    validation: numbered.filter((c) => c >= 160 && c < 200),
    runtime,
    options: FinetuneConfig.parse({
      model: 'model',
      tokens: 'cells',
      labelColumn: 'state',
      epochs: 12,
      learningRate: 5e-3,
      batchSize: 8,
      seed: 4,
      ...changes,
    }),
  };
}

describe('fine-tuning', () => {
  it('learns planted states, keeps the best epoch, and predicts cells it never saw', async () => {
    const { model, history, bestEpoch } = await finetune(request());
    expect(history).toHaveLength(12);
    const scores = history.map(({ validation }) => validation!.macroF1);
    expect(scores[bestEpoch - 1]).toBe(Math.max(...scores));
    expect(scores.indexOf(Math.max(...scores))).toBe(bestEpoch - 1);
    const test = numbered.filter((c) => c >= 200);
    const predicted = predictedClasses(await predictClasses(model, runtime, cells, test), 3);
    const hits = predicted.filter((label, i) => label === labels[test[i]]).length;
    expect(hits / test.length).toBeGreaterThan(0.8);
  });

  it('repeats exactly, and does not touch the model it starts from', async () => {
    const first = request({ epochs: 2 });
    const before = makeTinyModel({ kind: 'masked' }, { dropout: 0.05 });
    const [a, b] = [await finetune(first), await finetune(request({ epochs: 2 }))];
    expect(a.history).toEqual(b.history);
    expect(a.model.parameters).toEqual(b.model.parameters);
    expect(first.model.parameters).toEqual(before.parameters);
  });

  it('leaves frozen layers and the embeddings below them as they were', async () => {
    const start = request({ epochs: 1, freezeLayers: 1, freezeEmbeddings: true });
    const { model } = await finetune(start);
    const changed = [...model.parameters].filter(([name, data]) => {
      const before = start.model.parameters.get(name);
      return before && before.some((x, i) => x !== data[i]);
    });
    expect(changed.length).toBeGreaterThan(10);
    for (const [name] of changed) expect(name).toMatch(/^bert\.encoder\.layer\.1\./);
  });

  it('stops when it is cancelled', async () => {
    const control = new AbortController();
    const run = finetune({ ...request(), signal: control.signal, onStep: ({ step }) => step === 3 && control.abort() });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('takes the last epoch where nothing validates', async () => {
    const result = await finetune({ ...request({ epochs: 2 }), validation: new Int32Array() });
    expect(result.bestEpoch).toBe(2);
    expect(result.history[0].validation).toBeNull();
  });

  it('refuses cells of another vocabulary', async () => {
    const other = { ...cells, tokenIds: cells.tokenIds.with(3, 40) };
    await expect(finetune({ ...request(), cells: other })).rejects.toThrow(/entry 3 is token 40/);
  });

  it('refuses cells without a label', async () => {
    await expect(finetune({ ...request(), labels: labels.with(5, -1) })).rejects.toThrow(/cell 5 has no label/);
    await expect(finetune({ ...request(), train: new Int32Array() })).rejects.toThrow(/no cell is left/);
  });
});

describe('scores', () => {
  it('equal the calculation by hand', () => {
    // F1 = 2 TP / (predicted + true): 2/4, 2/3, 4/5.
    const truth = Int32Array.of(0, 0, 1, 2, 2, 2);
    const oneHot = Float32Array.from([0, 1, 1, 2, 0, 2].flatMap((c) => [0, 1, 2].map((k) => (k === c ? 1 : 0))));
    const { accuracy, macroF1 } = scoreClasses(truth, oneHot, 3);
    expect(accuracy).toBeCloseTo(4 / 6, 12);
    expect(macroF1).toBeCloseTo((2 / 4 + 2 / 3 + 4 / 5) / 3, 12);
  });
});
