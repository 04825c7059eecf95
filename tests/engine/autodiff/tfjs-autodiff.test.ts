import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { liveSet } from '#engine/ir/live.ts';
import { isFloat, sizeOf, type Value } from '#engine/ir/value.ts';
import {
  attention,
  crossEntropy,
  embedding,
  encoderLayer,
  gatherPositions,
  keyMaskOf,
  linearCrossEntropyRows,
  loraLinear,
  maskedMse,
  quickGelu,
} from '#engine/nn/index.ts';
import { add, mul, ops, reduceSum } from '#engine/ops/index.ts';
import type { NdArray } from '#engine/ops/op-def.ts';
import { interpret, toNdArray } from '#engine/runtime/reference.ts';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { batchFeeds } from '#genecompass/feeds.ts';
import { targetFeeds } from '#genecompass/masked-batch.ts';
import { buildMaskedLoss } from '#genecompass/masked-training.ts';
import { ExpectedFile } from '#genecompass/selftest/expected-file.ts';
import { fixtureTargets, modelFeeds } from '#genecompass/selftest/fixture.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { encoderLayerWeights, randomTensor } from '../support/build.ts';
import { buildSample } from '../support/samples.ts';
import { tfjsGradients } from '../support/tfjs-autodiff.ts';

/**
 * Both derivatives are exact formulas, ours in double precision, so what differs is TensorFlow.js's rounding to float32: 6e-8 an
 * operation. Over the two hundred operations of a model in a row that adds up to a few times as much, like a random walk;
 * the worst is the exponent of Pow, a sum whose terms nearly cancel. A wrong term in a rule would show at 1e-2 or more.
 */
const TOLERANCE = 5e-6;

/** Largest ‖ours − theirs‖ / ‖ours‖ over `wrt`; a derivative far below the others is compared with the whole. */
async function worstDifference(loss: Value, wrt: readonly Value[], feeds: ReadonlyMap<Value, NdArray>) {
  const theirs = await tfjsGradients(loss, wrt, feeds);
  const ours = interpret(loss.graph, feeds, gradients(loss, wrt)).map(({ data }) => data);
  const whole = Math.hypot(...ours.map(norm));
  const errors = ours.map(
    (data, i) => norm(data.map((value, n) => value - theirs[i][n])) / (Math.max(norm(data), 1e-3 * whole) || 1),
  );
  return errors.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...errors);
}

function norm(data: Float64Array): number {
  return Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));
}

/** One number in which every element of `values` has a weight of its own. */
function weighted(values: readonly Value[]): Value {
  const parts = values.map((value, o) => {
    const random = new CounterRandom(17, o);
    const weights = Float32Array.from({ length: sizeOf(value.shape) }, (_, n) => random.uniform(n) - 0.5);
    return reduceSum(mul(value, value.graph.constant(weights, 'float32', value.shape)));
  });
  return parts.reduce((a, b) => add(a, b));
}

/** Random numbers for every input that is not given. */
function feedsOf(graph: Graph, given: Readonly<Record<string, Tensor>> = {}): Map<Value, NdArray> {
  return new Map([...graph.inputs].map(([name, value]) => [value, toNdArray(given[name] ?? randomTensor(value))]));
}

const differentiable = ops.filter(({ vjp }) => typeof vjp === 'function');

describe('the derivative of one op is that of TensorFlow.js', () => {
  const samples = differentiable.flatMap((op) =>
    op.samples
      .map((sample) => ({ op, sample, built: buildSample(op, sample) }))
      // Integers have no derivative, and TensorFlow.js no float64.
      .filter(
        ({ built }) => built.outputs[0].dtype === 'float32' && built.inputs[0] && varied(built.inputs).length > 0,
      ),
  );

  it('for every op that has one', () => {
    // Of Cast only the way between floats has a derivative, and that needs float64.
    const tried = new Set(samples.map(({ op }) => op.onnx.name));
    expect(differentiable.map(({ onnx }) => onnx.name).filter((name) => !tried.has(name))).toEqual(['Cast']);
  });

  it.each(samples.map(({ op, sample, built }) => [op.onnx.name, sample.name, built] as const))(
    '%s, %s',
    async (name, _, { inputs, outputs, feeds }) => {
      // Mean and 1/sigma of LayerNormalization are not derived.
      const loss = weighted(name === 'LayerNormalization' ? outputs.slice(0, 1) : outputs);
      expect(await worstDifference(loss, varied(inputs), feeds)).toBeLessThan(TOLERANCE);
    },
  );
});

function varied(inputs: readonly Value[]): Value[] {
  return inputs.filter((input) => isFloat(input.dtype));
}

describe('the derivative of a layer is that of TensorFlow.js', () => {
  const [B, L, D, H] = [2, 5, 8, 2];

  /** Padding in both cells, and an attention gate that has a derivative too. */
  function masked(graph: Graph) {
    const keep = graph.constant([1, 1, 1, 1, 0, 1, 1, 1, 0, 0], 'float32', [B, L]);
    return add(keyMaskOf(keep), graph.input('gate', 'float32', [B, 1, 1, L]));
  }

  it.each([
    ['at once', undefined],
    ['in blocks of heads', 2 * L * L],
  ])('attention with a mask, %s', async (_, blockScores) => {
    const graph = new Graph('attention');
    const x = graph.input('x', 'float32', [B, L, D]);
    const keyMask = masked(graph);
    const { attention: weights } = encoderLayerWeights(graph, 'layer', D, 12);
    const loss = weighted([attention(x, weights, { heads: H, keyMask, blockScores })]);
    const wrt = liveSet(graph, [loss]).inputs;
    expect(wrt).toHaveLength(6);
    expect(await worstDifference(loss, wrt, feedsOf(graph))).toBeLessThan(TOLERANCE);
  });

  it('two encoder layers on an embedding', async () => {
    const graph = new Graph('encoder');
    const table = graph.parameter('table', [7, D]);
    let hidden = embedding(table, graph.constant([1, 2, 3, 3, 0, 4, 5, 6, 0, 0], 'int32', [B, L]));
    const keyMask = masked(graph);
    for (const name of ['first', 'second']) {
      hidden = encoderLayer(hidden, encoderLayerWeights(graph, name, D, 12), { heads: H, epsilon: 1e-12, keyMask });
    }
    const loss = weighted([gatherPositions(hidden, graph.constant([1, 3, 3, 6], 'int32'))]);
    const wrt = [...graph.inputs.values()];
    expect(await worstDifference(loss, wrt, feedsOf(graph))).toBeLessThan(TOLERANCE);
  });

  it('cross-entropy, with and without its decoder', async () => {
    const graph = new Graph('cross-entropy');
    const labels = graph.constant([2, 5, -100, 2], 'int32');
    const x = graph.parameter('x', [4, 3]);
    const decoder = { weight: graph.parameter('weight', [6, 3]), bias: graph.parameter('bias', [6]) };
    const logits = graph.parameter('logits', [4, 6]);
    const loss = add(crossEntropy(logits, labels), weighted([linearCrossEntropyRows(x, decoder, labels)]));
    expect(await worstDifference(loss, graph.parameters, feedsOf(graph))).toBeLessThan(TOLERANCE);
  });

  it('masked squared error', async () => {
    const graph = new Graph('squared error');
    const predicted = graph.parameter('predicted', [5]);
    const target = graph.parameter('target', [5]);
    const loss = maskedMse(predicted, target, graph.constant([1, 0, 1, 1, 0], 'float32'));
    expect(await worstDifference(loss, graph.parameters, feedsOf(graph))).toBeLessThan(TOLERANCE);
  });

  it('low-rank adaptation and the quick GELU', async () => {
    const graph = new Graph('lora');
    const frozen = { weight: graph.parameter('weight', [4, 3]), bias: graph.parameter('bias', [3]) };
    const [down, up] = [graph.parameter('down', [4, 2]), graph.parameter('up', [2, 3])];
    const loss = weighted([quickGelu(loraLinear(graph.parameter('x', [5, 4]), frozen, { down, up, scale: 2 }))]);
    expect(await worstDifference(loss, graph.parameters, feedsOf(graph))).toBeLessThan(TOLERANCE);
  });
});

const folder = fileURLToPath(new URL('../../../../shared/parity/tiny', import.meta.url));
const absent = existsSync(folder) ? '' : ' (skipped: ../shared/parity/tiny is absent)';

describe.skipIf(absent)(`the derivative of the masked loss of GeneCompass is that of TensorFlow.js${absent}`, () => {
  it('for every trained tensor', { timeout: 60_000 }, async () => {
    const imported = importCheckpoint(folder, 'parity');
    const expected = ExpectedFile.open(folder, 'expected_forward.safetensors')!;
    const { batch, targets } = fixtureTargets(imported.model, expected);
    expected.close();
    const shape = { batchSize: batch.batchSize, length: batch.length, capacity: targets.nTargets };
    const graph = new Graph('masked loss');
    const { loss } = buildMaskedLoss(graph, imported.model.config, shape, 0.2, 'evaluate');
    const feeds = feedsOf(graph, {
      ...batchFeeds(batch),
      ...targetFeeds(targets),
      ...modelFeeds(imported.model, imported.heads),
    });
    expect(graph.parameters.length).toBeGreaterThan(50);
    expect(await worstDifference(loss, graph.parameters, feeds)).toBeLessThan(TOLERANCE);
  });
});

describe('the comparison', () => {
  it('sees a wrong derivative', async () => {
    const graph = new Graph('wrong');
    const x = graph.input('x', 'float32', [3]);
    const feeds = feedsOf(graph, { x: tensor('float32', [3], [1, 2, 3]) });
    const wrong = graph.replaceGradient(mul(x, x), [x], (g) => [() => mul(g, x)]);
    expect(await worstDifference(reduceSum(wrong), [x], feeds)).toBeCloseTo(1);
  });
});
