import { describe, expect, it } from 'vitest';
import { halfRuntime } from '#engine/devices/half-precision.ts';
import { referenceRuntime } from '#engine/runtime/reference.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { finetune } from '#genecompass/finetune.ts';
import { pretrain } from '#genecompass/pretrain.ts';
import { FinetuneConfig, PretrainConfig } from '#shared/domain/training.ts';
import { halfReference } from '../engine/support/half-reference.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const cells = makeCells([9, 5, 7, 10, 8, 6, 4, 9]);
const model = makeTinyModel({ kind: 'masked' }, { dropout: 0.1 });
const COMMON = { tokens: 't', epochs: 2, batchSize: 3, learningRate: 1e-3 };

/** Losses of the steps and how many were left out. */
async function pretrained(runtime: Runtime, precision: string) {
  const losses: number[] = [];
  const options = PretrainConfig.parse({ ...COMMON, precision });
  const { nSkipped } = await pretrain({ model, cells, runtime, options, onStep: ({ loss }) => losses.push(loss) });
  return { losses, nSkipped };
}

async function tuned(runtime: Runtime, precision: string) {
  const losses: number[] = [];
  const { nSkipped } = await finetune({
    model,
    cells,
    labels: Int32Array.from({ length: 8 }, (_, c) => c % 2),
    nClasses: 2,
    train: Int32Array.of(0, 1, 2, 3, 4, 5),
    validation: Int32Array.of(6, 7),
    runtime,
    options: FinetuneConfig.parse({ ...COMMON, model: 'm', labelColumn: 'l', precision }),
    onStep: ({ loss }) => losses.push(loss),
  });
  return { losses, nSkipped };
}

describe('training with float16 products', () => {
  it.each([
    ['pretraining', pretrained],
    ['fine-tuning', tuned],
  ])('%s has the losses of float32 up to rounding, hidden keys of a ragged batch included', async (_, train) => {
    const [full, half] = [await train(referenceRuntime, 'float32'), await train(halfReference, 'float16')];
    expect(half.nSkipped).toBe(0);
    expect(half.losses).toHaveLength(full.losses.length);
    expect(half.losses).not.toEqual(full.losses);
    full.losses.forEach((loss, i) => expect(Math.abs(half.losses[i] - loss) / loss).toBeLessThan(5e-3));
  });
});

describe('a device for float16', () => {
  const broken: Runtime = {
    name: 'broken',
    compile: () => Promise.reject(new Error('shader-f16 is not supported by this adapter')),
  };

  it('is the one asked for where its product is right', async () => {
    expect(await halfRuntime('webgpu', () => halfReference)).toBe(halfReference);
  });

  it.each(['cpu', 'dml', 'coreml'] as const)('is not %s', async (device) => {
    await expect(halfRuntime(device)).rejects.toMatchObject({
      code: 'unsupported',
      message: /choose precision float32/,
    });
  });

  it('is refused with its reason where it cannot', async () => {
    await expect(halfRuntime('webgpu', () => broken)).rejects.toMatchObject({
      code: 'unsupported',
      message: /webgpu cannot compute it here \(shader-f16 is not supported by this adapter\)/,
    });
  });

  it('is refused where its numbers are wrong', async () => {
    const wrong: Runtime = {
      name: 'wrong',
      compile: async (graph, options) => {
        const right = await halfReference.compile(graph, options);
        const run: typeof right.run = async (feeds) => {
          const results = await right.run(feeds);
          results.product.data[5] = 1000;
          return results;
        };
        return { ...right, run };
      },
    };
    await expect(halfRuntime('cuda', () => wrong)).rejects.toThrow(/its numbers are wrong/);
  });
});
