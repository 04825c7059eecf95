import { describe, expect, it } from 'vitest';
import { checkGradients } from '#engine/autodiff/check.ts';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import {
  argMax,
  bitwiseXor,
  cast,
  gather,
  matmul,
  mod,
  mul,
  reduceSum,
  relu,
  sign,
  transpose,
} from '#engine/ops/index.ts';
import { liveSet } from '#engine/ir/live.ts';
import { interpret } from '#engine/runtime/reference.ts';
import { toFeeds } from '../support/build.ts';

describe('gradients', () => {
  it('adds up where a value is used twice', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const [dx] = gradients(reduceSum(mul(mul(x, x), x)), [x]);
    expect([...interpret(graph, toFeeds([[x, [2, -3]]]), [dx])[0].data]).toEqual([12, 27]);
  });

  it('is zero through ops whose derivative is zero, and through values of no float dtype', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const y = graph.input('y', 'float32', [2]);
    const loss = reduceSum(mul(sign(x), y));
    const [dx] = gradients(loss, [x, y]);
    expect([
      ...interpret(
        graph,
        toFeeds([
          [x, [2, -3]],
          [y, [1, 1]],
        ]),
        [dx],
      )[0].data,
    ]).toEqual([0, 0]);
    const positions = reduceSum(mul(cast(argMax(y), 'float32'), 2));
    expect(() => gradients(positions, [y])).toThrow(/does not depend on y/);
  });

  it('builds nothing for inputs that were not asked for', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const w = graph.input('w', 'float32', [2]);
    const loss = reduceSum(mul(relu(x), w));
    const before = graph.nodes.length;
    gradients(loss, [w]);
    expect(graph.nodes.slice(before).map((node) => node.op.onnx.name)).toEqual(['Reshape', 'Expand', 'Mul']);
  });

  it('refuses a loss that is no float scalar, and an op that must not be asked', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const bits = graph.input('bits', 'uint32', [2]);
    expect(() => gradients(x, [x])).toThrow(/the loss is float32\[2\], it must be a float scalar/);
    const through = reduceSum(cast(mod(bitwiseXor(bits, 5), 7), 'float32'));
    expect(() => gradients(through, [bits])).toThrow(/does not depend on bits/);
  });

  it('scatters rows into the other gradient of a table that is also multiplied', () => {
    const graph = new Graph();
    const table = graph.input('table', 'float32', [4, 2]);
    const rows = gather(table, graph.constant([1, 3, 1], 'int32'));
    const loss = reduceSum(
      mul(
        matmul(rows, transpose(table)),
        graph.constant(
          Float32Array.from({ length: 12 }, (_, i) => i - 3),
          'float32',
          [3, 4],
        ),
      ),
    );
    const feeds = toFeeds([[table, [1, -2, 0.5, 3, 2, -1, 0.3, 0.7]]]);
    expect(checkGradients(loss, [table], feeds).worst).toBeLessThan(1e-8);
    const [derivative] = gradients(loss, [table]);
    graph.output('derivative', derivative);
    expect(
      liveSet(graph)
        .nodes.filter((node) => ['Expand', 'Add'].includes(node.op.onnx.name) && node.outputs[0].dtype === 'float32')
        .map((node) => node.outputs[0].shape),
    ).toEqual([[3, 4]]);
  });

  it('the check sees a wrong derivative', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [3]);
    const wrong = graph.replaceGradient(mul(x, x), [x], (g) => [() => mul(g, x)]);
    expect(checkGradients(reduceSum(wrong), [x], toFeeds([[x, [1, 2, 3]]])).worst).toBeGreaterThan(0.3);
  });
});
