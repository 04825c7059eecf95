import { describe, expect, it } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { clsEncoder, modelGraph } from '#genecompass/architecture.ts';
import { foldedFeeds, foldTables } from '#genecompass/architecture/folded.ts';
import { cellBatch, lookUpPriors } from '#genecompass/batch-arrays.ts';
import { batchFeeds, parameterFeeds, priorFeeds } from '#genecompass/feeds.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const HEADS = { kind: 'none' } as const;
const runtime = ortRuntime({ threads: 1 });

describe('tables folded for inference', () => {
  it.each<[string, Partial<ModelConfig>]>([
    ['plain values', {}],
    ['plain values without learned identities', { learnedIds: false }],
    ['encoded values', { valueEncoding: 'encoder' }],
    ['values fused with words', { valueEncoding: 'fused' }],
    ['values fused without words', { valueEncoding: 'fused', learnedIds: false }],
    ['no priors', { priors: [] }],
  ])('give the cell embeddings of the model itself: %s', async (_name, changes) => {
    const model = makeTinyModel(HEADS, changes);
    const batch = cellBatch(makeCells([7, 12, 3]), { cells: Int32Array.of(0, 1, 2), length: 12 }, 3);
    lookUpPriors(batch, model.homologIndex);
    const cls = async (folded: boolean, tables: Record<string, never> | ReturnType<typeof priorFeeds>) => {
      const built = modelGraph(new Graph('cls'), model.config, HEADS, 3, 12, { folded });
      built.graph.output('cls', clsEncoder(model.config, built));
      const executable = await runtime.compile(built.graph);
      const weights = parameterFeeds(model.config, HEADS, model.parameters);
      const { cls } = await executable.run({ ...batchFeeds(batch), ...weights, ...tables });
      await executable.dispose();
      return [...(cls.data as Float32Array)];
    };
    const whole = await cls(false, priorFeeds(model.priors));
    // 16 rows at a time, so that 40 genes end in a smaller part.
    const folded = await cls(true, foldedFeeds(model.config, await foldTables(model, runtime, 16)));
    expect(Math.max(...whole.map(Math.abs))).toBeGreaterThan(0.5);
    folded.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 5));
  });
});
