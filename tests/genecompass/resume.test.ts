import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { finetune, type FinetuneRequest } from '#genecompass/finetune.ts';
import { everySteps } from '#genecompass/optimiser.ts';
import { pretrain, type PretrainRequest } from '#genecompass/pretrain.ts';
import {
  readFinetuneState,
  readPretrainState,
  finetuneStateBlocks,
  pretrainStateBlocks,
} from '#genecompass/training-state-io.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { bytesOf } from './support/bytes-of.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const N_CELLS = 66;
const runtime = ortRuntime({ threads: 1 });
const cells = makeCells(Array.from({ length: N_CELLS }, (_, c) => 6 + (c % 11)));
const labels = Int32Array.from({ length: N_CELLS }, (_, c) => c % 3);
const numbered = Int32Array.from({ length: N_CELLS }, (_, c) => c);

/** 50 cells in batches of 4, two a step: 7 steps an epoch, the last of a single batch of 2 cells. */
const STEPS_PER_EPOCH = 7;
const ACCUMULATED = { batchSize: 4, accumulateBatches: 2, epochs: 3, seed: 4, learningRate: 5e-3 };

const finetuneRequest = (changes: object = {}): FinetuneRequest => ({
  model: makeTinyModel({ kind: 'masked' }, { dropout: 0.1 }),
  cells,
  labels,
  nClasses: 3,
  train: numbered.filter((c) => c < 50),
  validation: numbered.filter((c) => c >= 50),
  runtime,
  options: FinetuneConfig.parse({ model: 'm', tokens: 't', labelColumn: 'l', ...ACCUMULATED, ...changes }),
});

const pretrainRequest = (changes: object = {}): PretrainRequest => ({
  model: makeTinyModel({ kind: 'masked' }, { dropout: 0.1 }),
  cells,
  runtime,
  options: PretrainConfig.parse({ tokens: 't', ...ACCUMULATED, ...changes }),
});

/** A run with everything it reports in order, stopped after a step and gone on with from its bytes if that is wanted. */
async function recorded(kind: 'finetune' | 'pretrain', changes: object, stopAfter?: number) {
  const seen: unknown[] = [];
  let saved: Uint8Array | undefined;
  const once = (control: AbortController, stop?: number) => {
    const watch = {
      signal: control.signal,
      onStep: (step: { step: number }) => {
        seen.push(step);
        if (step.step === stop) control.abort();
      },
      onEpoch: (epoch: object) => seen.push(epoch),
      onValidation: (record: object) => seen.push(record),
    };
    if (kind === 'finetune') {
      const resume = saved && readFinetuneState(saved, 'state');
      const onCheckpoint = (state: Parameters<typeof finetuneStateBlocks>[0]) => {
        saved = bytesOf(finetuneStateBlocks(state));
      };
      return finetune({ ...finetuneRequest(changes), ...watch, resume, onCheckpoint });
    }
    const resume = saved && readPretrainState(saved, 'state');
    const onCheckpoint = (state: Parameters<typeof pretrainStateBlocks>[0]) => {
      saved = bytesOf(pretrainStateBlocks(state));
    };
    return pretrain({ ...pretrainRequest(changes), ...watch, resume, onCheckpoint });
  };
  if (stopAfter !== undefined) {
    await expect(once(new AbortController(), stopAfter)).rejects.toMatchObject({ code: 'cancelled' });
  }
  const { model, history } = await once(new AbortController());
  return { seen, history, parameters: model.parameters, stateBytes: saved?.length };
}

const LORA = { lora: { rank: 2, targets: ['query', 'key', 'value', 'ffn-up', 'ffn-down'], trainNorms: true } };
const VARIANTS: [string, object][] = [
  ['all weights', {}],
  ['frozen embeddings and a frozen layer', { freezeEmbeddings: true, freezeLayers: 1 }],
  ['adapters', LORA],
];

describe.each(['finetune', 'pretrain'] as const)('%s with accumulated batches', (kind) => {
  it.each(VARIANTS)('stopped anywhere gives the same losses and the same model, training %s', async (_, changes) => {
    const whole = await recorded(kind, changes);
    const steps = whole.seen.filter((each) => (each as { rate?: number }).rate !== undefined);
    expect(steps.length).toBeGreaterThan(2 * STEPS_PER_EPOCH);
    const stop = fc.integer({ min: 1, max: steps.length - 1 });
    await fc.assert(
      fc.asyncProperty(stop, async (stopAfter) => {
        const stopped = await recorded(kind, changes, stopAfter);
        expect(stopped.seen).toEqual(whole.seen);
        expect(stopped.history).toEqual(whole.history);
        expect(stopped.parameters).toEqual(whole.parameters);
      }),
      { seed: 3, numRuns: 3, examples: [[STEPS_PER_EPOCH], [STEPS_PER_EPOCH + 1]] },
    );
  });

  it('stopped at each of its steps in turn gives the same losses and the same model', async () => {
    const short = { batchSize: 16, accumulateBatches: 1, epochs: 2 };
    const whole = await recorded(kind, short);
    const nSteps = whole.seen.filter((each) => (each as { rate?: number }).rate !== undefined).length;
    expect(nSteps).toBe(8);
    for (let stopAfter = 1; stopAfter < nSteps; stopAfter++) {
      const stopped = await recorded(kind, short, stopAfter);
      expect(stopped.seen, `stopped after step ${stopAfter}`).toEqual(whole.seen);
      expect(stopped.parameters, `stopped after step ${stopAfter}`).toEqual(whole.parameters);
    }
  });

  it('keeps a far smaller state with adapters than with all weights', async () => {
    const [all, adapters] = [await recorded(kind, {}, 3), await recorded(kind, { lora: { rank: 1 } }, 3)];
    expect(adapters.stateBytes!).toBeLessThan(0.75 * all.stateBytes!);
  });
});

describe('the state of a fine-tuning', () => {
  const stateOf = async (request: FinetuneRequest) => {
    let saved: Parameters<typeof finetuneStateBlocks>[0] | undefined;
    await finetune({
      ...request,
      isCheckpointDue: everySteps(2),
      onCheckpoint: (state) => {
        saved ??= structuredClone(state);
      },
    });
    return saved!;
  };

  it('is refused by a run of other options, other labels, or another frozen model', async () => {
    const resume = await stateOf(finetuneRequest({ epochs: 1, freezeEmbeddings: true }));
    const start = finetuneRequest({ epochs: 1, freezeEmbeddings: true });
    const otherModel = makeTinyModel({ kind: 'masked' }, { dropout: 0.1 }, 6);
    for (const other of [
      finetuneRequest({ epochs: 2, freezeEmbeddings: true }),
      { ...start, labels: labels.with(3, 1) },
      { ...start, validation: start.validation.slice(1) },
      { ...start, model: otherModel },
    ]) {
      await expect(finetune({ ...other, resume })).rejects.toMatchObject({ code: 'conflict' });
    }
    expect((await finetune({ ...start, resume })).history).toHaveLength(1);
  });

  it('is not that of a pretraining', async () => {
    const bytes = bytesOf(finetuneStateBlocks(await stateOf(finetuneRequest({ epochs: 1 }))));
    expect(readFinetuneState(bytes, 'state').training.step).toBe(2);
    expect(() => readPretrainState(bytes, 'state')).toThrow(/not a saved training state/);
  });
});
