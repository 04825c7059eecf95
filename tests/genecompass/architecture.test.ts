import { describe, expect, it } from 'vitest';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { referenceRuntime } from '#engine/runtime/reference.ts';
import type { Tensor } from '#engine/runtime/tensor.ts';
import { clsEncoder, fullEncoder, modelGraph } from '#genecompass/architecture.ts';
import { maskedLoss } from '#genecompass/architecture/losses.ts';
import { batchFeeds, parameterFeeds, priorFeeds } from '#genecompass/feeds.ts';
import { declareTargets, maskedBatch, targetFeeds } from '#genecompass/masked-batch.ts';
import type { Model } from '#genecompass/model.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { makeCells, makeTinyModel, TINY_VOCABULARY } from './support/tiny-model.ts';

const MASKED = { kind: 'masked' } as const;
const BATCH = 3;
const cells = makeCells([12, 5, 9]);
const { batch, targets } = maskedBatch(
  cells,
  { cells: Int32Array.of(0, 1, 2), length: 12 },
  BATCH,
  1,
  makeTinyModel(MASKED).homologIndex,
  { seed: 1, maskFraction: 0.4, vocabularySize: TINY_VOCABULARY },
);

function lossGraph(model: Model) {
  const built = modelGraph(new Graph('tiny'), model.config, MASKED, BATCH, 12);
  const { states } = fullEncoder(model.config, built);
  const { loss } = maskedLoss(
    model.config,
    built.parameters,
    states.at(-1)!,
    built.inputs.priorTables,
    declareTargets(built.graph, targets.rows.length),
    0.2,
  );
  const names = [...built.parameters.used.keys()];
  built.graph.output('state', states.at(-1)!);
  built.graph.output('cls', clsEncoder(model.config, built));
  built.graph.output('loss', loss);
  gradients(loss, [...built.parameters.used.values()]).forEach((value, i) =>
    built.graph.output(`d ${names[i]}`, value),
  );
  const frozen = { ...batchFeeds(batch), ...targetFeeds(targets), ...priorFeeds(model.priors) };
  return { graph: built.graph, names, frozen, parameters: parameterFeeds(model.config, MASKED, model.parameters) };
}

const floats = (t: Tensor) => t.data as Float32Array;

function largestDifference(a: Tensor, b: Tensor): number {
  return floats(a).reduce((most, x, i) => Math.max(most, Math.abs(x - floats(b)[i])), 0);
}

describe.each([
  ['with learned identities', {}],
  ['with priors alone', { learnedIds: false }],
  ['without priors', { priors: [] }],
  ['of one layer, with relu', { nLayers: 1, activation: 'relu' as const }],
  ['with a value encoder', { valueEncoding: 'encoder' as const }],
  ['with word and value fused', { valueEncoding: 'fused' as const }],
  ['with value fused, without identities', { valueEncoding: 'fused' as const, learnedIds: false }],
])('a tiny model %s', (_, changes) => {
  const model = makeTinyModel(MASKED, changes);

  it('computes the same in ONNX Runtime and in the naive double-precision reference', async () => {
    const { graph, frozen, parameters } = lossGraph(model);
    const [fast, exact] = [await ortRuntime().compile(graph), await referenceRuntime.compile(graph)];
    const [actual, expected] = [
      await fast.run({ ...frozen, ...parameters }),
      await exact.run({ ...frozen, ...parameters }),
    ];
    for (const name of Object.keys(expected)) {
      expect(largestDifference(actual[name], expected[name]), name).toBeLessThan(2e-5);
    }
    await fast.dispose();
  });

  it('gets CLS without the other rows of the last layer', async () => {
    const { graph, frozen, parameters } = lossGraph(model);
    const results = await (
      await referenceRuntime.compile(graph)
    ).run({ ...frozen, ...parameters }, { fetch: ['state', 'cls'] });
    const { width } = model.config;
    for (let row = 0; row < BATCH; row++) {
      const expected = floats(results.state).slice(row * 13 * width, row * 13 * width + width);
      const actual = floats(results.cls).slice(row * width, (row + 1) * width);
      expected.forEach((x, i) => expect(actual[i]).toBeCloseTo(x, 5));
    }
  });

  it('has gradients that match finite differences along a random direction', async () => {
    const { graph, names, frozen, parameters } = lossGraph(model);
    const exact = await ortRuntime().compile(graph);
    const results = await exact.run({ ...frozen, ...parameters });
    const step = 2e-3;
    for (const name of names) {
      const random = new CounterRandom(3, name);
      const data = floats(parameters[name]);
      const direction = Float32Array.from(data, (_, i) => random.normal(i));
      const norm = Math.hypot(...direction);
      const at = async (t: number) => {
        const moved = Float32Array.from(data, (x, i) => x + (t * direction[i]) / norm);
        const { loss } = await exact.run(
          { ...frozen, ...parameters, [name]: { ...parameters[name], data: moved } },
          { fetch: ['loss'] },
        );
        return Number(loss.data[0]);
      };
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step);
      const analytic = floats(results[`d ${name}`]).reduce((sum, g, i) => sum + (g * direction[i]) / norm, 0);
      expect(Math.abs(numeric - analytic), name).toBeLessThan(2e-3 + 0.01 * Math.abs(analytic));
    }
    await exact.dispose();
  });
});
