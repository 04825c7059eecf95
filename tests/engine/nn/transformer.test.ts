import { describe, expect, it } from 'vitest';
import { checkGradients } from '#engine/autodiff/check.ts';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import type { Value } from '#engine/ir/value.ts';
import {
  attend,
  crossEntropy,
  crossEntropyRows,
  dropout,
  dropoutMask,
  dropoutState,
  embedding,
  encoderLayer,
  gatherPositions,
  gelu,
  keyMaskOf,
  linear,
  linearCrossEntropyRows,
  maskedMse,
  quickGelu,
  tiedLinear,
} from '#engine/nn/index.ts';
import { add, mul, reduceSum, reshape } from '#engine/ops/index.ts';
import type { NdArray } from '#engine/ops/op-def.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { interpret, toNdArray } from '#engine/runtime/reference.ts';
import { tensor, type Tensor } from '#engine/runtime/tensor.ts';
import { encoderLayerWeights, randomTensor, toFeeds } from '../support/build.ts';

const [B, L, D, H, F, V] = [2, 5, 8, 2, 12, 7];

function model({ dropoutRate = 0 } = {}) {
  const graph = new Graph('one layer');
  const ids = graph.input('ids', 'int32', [B, L]);
  const keep = graph.input('keep', 'float32', [B, L]);
  const gate = graph.input('gate', 'float32', [B, 1, 1, L]);
  const positions = graph.input('positions', 'int32', [3]);
  const labels = graph.input('labels', 'int32', [3]);
  const seed = graph.input('seed', 'uint32', []);
  const table = graph.parameter('table', [V, D]);
  const valueHead = { weight: graph.parameter('value.weight', [D, 1]), bias: graph.parameter('value.bias', [1]) };
  const weights = encoderLayerWeights(graph, 'layer', D, F);
  const state = dropoutState(seed, dropoutRate);
  const hidden = encoderLayer(embedding(table, ids), weights, {
    heads: H,
    epsilon: 1e-12,
    keyMask: add(keyMaskOf(keep), gate),
    attentionDropout: state,
    hiddenDropout: state,
  });
  const chosen = gatherPositions(hidden, positions);
  const idLoss = crossEntropy(tiedLinear(chosen, { weight: table }), labels);
  const values = reshape(linear(quickGelu(chosen), valueHead), [3]);
  const valueLoss = maskedMse(values, graph.constant([0.5, -1, 2]), graph.constant([1, 0, 1]));
  const loss = add(mul(idLoss, 0.2), mul(valueLoss, 0.8));
  graph.output('loss', loss);
  const feeds: Record<string, Tensor> = {
    ids: tensor('int32', [B, L], [1, 2, 3, 3, 0, 4, 5, 6, 0, 0]),
    keep: tensor('float32', [B, L], [1, 1, 1, 1, 0, 1, 1, 1, 0, 0]),
    gate: tensor('float32', [B, 1, 1, L], new Float32Array(B * L)),
    positions: tensor('int32', [3], [1, 3, 6]),
    labels: tensor('int32', [3], [2, 5, -100]),
    seed: tensor('uint32', [], [123456789]),
  };
  for (const parameter of graph.parameters) {
    if (parameter.producer.kind === 'input') feeds[parameter.producer.name] = randomTensor(parameter);
  }
  const reference = new Map<Value, NdArray>([...graph.inputs].map(([name, value]) => [value, toNdArray(feeds[name])]));
  return { graph, loss, gate, feeds, reference };
}

describe('one transformer layer with both heads', () => {
  it.each([0, 0.3])('has the derivative that finite differences give, dropout %s', (dropoutRate) => {
    const { graph, loss, gate, reference } = model({ dropoutRate });
    const { worst, tried } = checkGradients(loss, [...graph.parameters, gate], reference, { perValue: 12 });
    expect(tried).toBeGreaterThan(150);
    expect(worst).toBeLessThan(1e-6);
  });

  it('runs on ONNX Runtime as the reference says, loss and every gradient', async () => {
    const { graph, loss, gate, feeds, reference } = model({ dropoutRate: 0.3 });
    const wrt = [...graph.parameters, gate];
    const derivatives = gradients(loss, wrt);
    derivatives.forEach((value, i) => graph.output(`d${i}`, value));
    const expected = interpret(graph, reference, [loss, ...derivatives]);
    const executable = await ortRuntime({ threads: 1 }).compile(graph);
    const results = await executable.run(feeds);
    await executable.dispose();
    [results.loss, ...derivatives.map((_, i) => results[`d${i}`])].forEach((result, i) => {
      const got = toNdArray(result).data;
      const worst = expected[i].data.reduce((most, value, n) => Math.max(most, Math.abs(value - got[n])), 0);
      expect(worst).toBeLessThan(2e-5);
    });
  });

  it('gives no weight to a padded key', () => {
    const { graph, gate, reference } = model();
    const [before] = interpret(graph, reference, [graph.outputs.get('loss')!]);
    const moved = new Map(reference);
    const ids = graph.inputs.get('ids')!;
    const data = Float64Array.from(reference.get(ids)!.data);
    data[9] = 5;
    moved.set(ids, { dtype: 'int32', shape: ids.shape, data });
    expect(interpret(graph, moved, [graph.outputs.get('loss')!])[0].data[0]).toBe(before.data[0]);
    const [derivative] = interpret(graph, reference, gradients(graph.outputs.get('loss')!, [gate]));
    expect([4, 8, 9].map((at) => derivative.data[at])).toEqual([0, 0, 0]);
    expect(derivative.data[0]).not.toBe(0);
  });
});

describe('attend', () => {
  it('with equal scores is the mean of the values that are kept', () => {
    const graph = new Graph();
    const query = graph.input('q', 'float32', [1, 1, 2, 2]);
    const key = graph.input('k', 'float32', [1, 1, 2, 2]);
    const value = graph.constant([1, 2, 3, 4], 'float32', [1, 1, 2, 2]);
    const keep = graph.constant([1, 1], 'float32', [1, 2]);
    const result = attend(query, key, value, { keyMask: keyMaskOf(keep) });
    const feeds = toFeeds([
      [query, [0, 0, 0, 0]],
      [key, [1, 2, 3, 4]],
    ]);
    expect([...interpret(graph, feeds, [result])[0].data]).toEqual([2, 3, 2, 3]);
  });
});

describe('attend in blocks', () => {
  const shape = [2, 3, 4, 5];
  const build = (blockScores: number, rate: number) => {
    const graph = new Graph('blocks');
    const seed = graph.input('seed', 'uint32', []);
    const [q, k, v] = ['q', 'k', 'v'].map((name) => graph.parameter(name, shape));
    const mask = graph.parameter('mask', [2, 1, 1, 4]);
    const weights = graph.constant(
      Array.from({ length: 120 }, (_, i) => Math.sin(i)),
      'float32',
      shape,
    );
    const context = attend(q, k, v, { keyMask: mask, dropout: dropoutState(seed, rate), blockScores });
    const loss = reduceSum(mul(context, weights));
    const feeds = new Map<Value, NdArray>([[seed, { dtype: 'uint32', shape: [], data: Float64Array.of(99) }]]);
    for (const value of graph.parameters) feeds.set(value, toNdArray(randomTensor(value)));
    return { loss, wrt: [q, k, v, mask], feeds };
  };

  it.each([
    ['whole', 1e6, 0],
    ['whole', 1e6, 0.3],
    ['one head at a time', 1, 0],
    ['one head at a time', 1, 0.3],
    ['two heads at a time', 32, 0.3],
  ])('has the derivative that finite differences give: %s, %s scores, dropout %s', (_name, blockScores, rate) => {
    const { loss, wrt, feeds } = build(blockScores, rate);
    expect(checkGradients(loss, wrt, feeds, { perValue: 40 }).worst).toBeLessThan(1e-7);
  });

  it('gives the same numbers whatever the size of a block', () => {
    const numbers = [1e6, 32, 1].map((blockScores) => {
      const { loss, wrt, feeds } = build(blockScores, 0.3);
      return interpret(loss.graph, feeds, [loss, ...gradients(loss, wrt)]).flatMap(({ data }) => [...data]);
    });
    for (const other of numbers.slice(1)) other.forEach((value, i) => expect(value).toBeCloseTo(numbers[0][i], 12));
  });
});

describe('cross-entropy of a linear layer', () => {
  const build = () => {
    const graph = new Graph('cross-entropy');
    const [x, weight] = [graph.parameter('x', [4, 3]), graph.parameter('weight', [6, 3])];
    const bias = graph.parameter('bias', [6]);
    const labels = graph.constant([2, 5, -100, 2], 'int32');
    const weights = graph.constant([1, 0.5, 1, -2], 'float32');
    const rows = linearCrossEntropyRows(x, { weight, bias }, labels);
    const plain = crossEntropyRows(tiedLinear(x, { weight, bias }), labels);
    const feeds = new Map<Value, NdArray>(graph.parameters.map((value) => [value, toNdArray(randomTensor(value))]));
    return {
      feeds,
      wrt: [x, weight, bias],
      loss: reduceSum(mul(rows, weights)),
      plain: reduceSum(mul(plain, weights)),
    };
  };

  it('is that of its scores, loss and derivative', () => {
    const { feeds, wrt, loss, plain } = build();
    const numbers = (value: Value) =>
      interpret(value.graph, feeds, [value, ...gradients(value, wrt)]).flatMap(({ data }) => [...data]);
    const expected = numbers(plain);
    numbers(loss).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
  });

  it('has the derivative that finite differences give', () => {
    const { feeds, wrt, loss } = build();
    expect(checkGradients(loss, wrt, feeds, { perValue: 40 }).worst).toBeLessThan(1e-7);
  });
});

describe('activations', () => {
  // Source: scipy.stats.norm.cdf and the definition x * sigmoid(1.702 x).
  it('gelu and quick gelu at known points', () => {
    const graph = new Graph();
    const x = graph.constant([-1, 0, 1, 2], 'float32', [4]);
    const [exact, quick] = interpret(graph, new Map(), [gelu(x), quickGelu(x)]);
    [-0.15865525393145707, 0, 0.8413447460685429, 1.9544997361036416].forEach((value, i) =>
      expect(exact.data[i]).toBeCloseTo(value, 6),
    );
    [-0.15420423, 0, 0.84579577, 1.93565862].forEach((value, i) => expect(quick.data[i]).toBeCloseTo(value, 6));
  });

  it('their stated derivatives agree with finite differences', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [9]);
    const feeds = toFeeds([[x, [-4, -2, -1, -0.3, 0, 0.4, 1, 2.5, 4]]]);
    for (const activation of [gelu, quickGelu]) {
      expect(checkGradients(reduceSum(activation(x)), [x], feeds).worst).toBeLessThan(1e-8);
    }
  });
});

describe('dropout', () => {
  it('drops the stated share, differs between seeds and streams, and repeats for the same ones', () => {
    const graph = new Graph();
    const seed = graph.input('seed', 'uint32', []);
    const state = dropoutState(seed, 0.25);
    const [first, second] = [dropoutMask([64, 128], state), dropoutMask([64, 128], state)];
    const at = (number: number) =>
      interpret(graph, toFeeds([[seed, [number]]]), [first, second]).map((mask) => mask.data);
    const [a, b] = at(1);
    const [c] = at(2);
    const size = a.length;
    const dropped = (mask: Float64Array) => mask.reduce((n, value) => n + (value === 0 ? 1 : 0), 0);
    // Four standard errors of a share of 0.25 in 8192.
    for (const mask of [a, b, c])
      expect(Math.abs(dropped(mask) / size - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / size));
    const both = (x: Float64Array, y: Float64Array) =>
      x.reduce((n, value, i) => n + (value === 0 && y[i] === 0 ? 1 : 0), 0) / size;
    for (const [x, y] of [
      [a, b],
      [a, c],
    ])
      expect(Math.abs(both(x, y) - 0.0625)).toBeLessThan(4 * Math.sqrt(0.0586 / size));
    expect(at(1)[0]).toEqual(a);
    expect(Math.max(...a)).toBeCloseTo(4 / 3, 6);
  });

  it('drops neighbours, diagonals and the corners of squares independently of each other', () => {
    const graph = new Graph();
    const seed = graph.input('seed', 'uint32', []);
    const [rows, columns] = [256, 256];
    const mask = dropoutMask([rows, columns], dropoutState(seed, 0.5));
    const signs = interpret(graph, toFeeds([[seed, [7]]]), [mask])[0].data.map((value) => (value === 0 ? -1 : 1));
    const score = (term: (i: number, j: number) => number) => {
      let total = 0;
      for (let i = 0; i + 1 < rows; i++) for (let j = 0; j + 1 < columns; j++) total += term(i, j);
      return Math.abs(total) / Math.sqrt((rows - 1) * (columns - 1));
    };
    const at = (i: number, j: number) => signs[i * columns + j];
    // In standard errors; the seed is fixed, so this cannot fail by chance.
    expect(score((i, j) => at(i, j) * at(i, j + 1))).toBeLessThan(4);
    expect(score((i, j) => at(i, j) * at(i + 1, j))).toBeLessThan(4);
    expect(score((i, j) => at(i, j) * at(i + 1, j + 1))).toBeLessThan(4);
    expect(score((i, j) => at(i, j) * at(i + 1, j) * at(i, j + 1) * at(i + 1, j + 1))).toBeLessThan(4);
  });

  it('is nothing at rate 0', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [4]);
    expect(dropout(x, dropoutState(graph.input('seed', 'uint32', []), 0))).toBe(x);
  });
});
