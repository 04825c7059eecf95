import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { everySteps } from '#genecompass/optimiser.ts';
import { pretrain, type PretrainRequest, type PretrainState } from '#genecompass/pretrain.ts';
import { pretrainStateBlocks, readPretrainState } from '#genecompass/training-state-io.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { PretrainConfig } from '#shared/domain/training.ts';
import { bytesOf } from './support/bytes-of.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const runtime = ortRuntime({ threads: 1 });
const N_CELLS = 60;
const cells = makeCells(Array.from({ length: N_CELLS }, (_, c) => 8 + (c % 20)));

function request(
  changes: Partial<z.input<typeof PretrainConfig>> = {},
  model: Partial<ModelConfig> = {},
): PretrainRequest {
  return {
    model: makeTinyModel({ kind: 'masked' }, { dropout: 0.1, initializerRange: 0.05, ...model }),
    cells,
    runtime,
    options: PretrainConfig.parse({
      tokens: 'cells',
      epochs: 3,
      learningRate: 3e-3,
      batchSize: 8,
      seed: 6,
      ...changes,
    }),
  };
}

async function losses(run: PretrainRequest) {
  const steps: number[] = [];
  const result = await pretrain({ ...run, onStep: ({ loss }) => steps.push(loss) });
  return { steps, result };
}

describe('pretraining', () => {
  it('learns values from context better than the mean of each gene', async () => {
    // Values fall with rank whatever the gene, so the mean of a gene says nothing and its rank everything.
    const { result } = await losses(request({ epochs: 25, learningRate: 1e-2 }));
    const last = result.history.at(-1)!;
    expect(result.history).toHaveLength(10);
    expect(last.validation.valueLoss).toBeLessThan(0.7 * result.baselines.value);
    expect(last.validation.loss).toBeLessThan(result.history[0].validation.loss);
    expect(result.bestStep).toBe(result.history.reduce((a, b) => (b.validation.loss < a.validation.loss ? b : a)).step);
    // 40 tokens of which 38 occur equally often.
    expect(result.baselines.id).toBeGreaterThan(Math.log(30));
    expect(result.baselines.id).toBeLessThan(Math.log(60));
  });

  it.each([
    ['with learned identities', {}],
    ['with priors alone', { learnedIds: false }],
  ])('goes on exactly where it stopped, %s', async (_, changes) => {
    const whole = await losses(request({}, changes));
    const control = new AbortController();
    let saved: Uint8Array | undefined;
    const before: number[] = [];
    const stopped = pretrain({
      ...request({}, changes),
      signal: control.signal,
      onStep: ({ step, loss }) => {
        before.push(loss);
        if (step === 11) control.abort();
      },
      onCheckpoint: (state) => {
        saved = bytesOf(pretrainStateBlocks(state));
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const after = await losses({ ...request({}, changes), resume: readPretrainState(saved!, 'state') });
    expect([...before, ...after.steps]).toEqual(whole.steps);
    expect(after.result.history).toEqual(whole.result.history);
    expect(after.result.model.parameters).toEqual(whole.result.model.parameters);
  });

  it('does not depend on the number of steps between checkpoints', async () => {
    const a = await losses({ ...request(), isCheckpointDue: everySteps(2), onCheckpoint: () => undefined });
    expect(a.steps).toEqual((await losses(request())).steps);
  });

  it('refuses the state of another run', async () => {
    let saved: PretrainState | undefined;
    const keep = (state: PretrainState) => {
      saved = state;
    };
    await pretrain({ ...request({ maxSteps: 2 }), isCheckpointDue: everySteps(1), onCheckpoint: keep });
    await expect(pretrain({ ...request({ maxSteps: 3 }), resume: saved! })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('keeps the initial weights with 0 epochs, and validates them', async () => {
    const start = request({ epochs: 0 });
    const { result, steps } = await losses(start);
    expect(steps).toEqual([]);
    expect(result.model.parameters).toEqual(start.model.parameters);
    expect(result.history).toHaveLength(1);
  });

  it('starts guessing identities at their frequencies', async () => {
    const { result } = await losses(request({ maxSteps: 1, learningRate: 1e-9 }));
    expect(Math.abs(result.history[0].validation.idLoss! - result.baselines.id)).toBeLessThan(0.05);
  });

  it('leaves identities out at weight 0', async () => {
    const { result } = await losses(request({ maxSteps: 2, idWeight: 0 }));
    expect(result.history[0].validation.idLoss).toBeNull();
    expect(result.history[0].validation.loss).toBe(result.history[0].validation.valueLoss);
  });

  it('says when a step is not finite, and which', async () => {
    const broken = request({ maxSteps: 3 });
    broken.model.parameters.get('bert.cls_embedding.weight')!.fill(NaN);
    await expect(pretrain(broken)).rejects.toMatchObject({ code: 'numeric' });
  });
});
