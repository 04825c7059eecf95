import { describe, expect, it } from 'vitest';
import { flopsOf, nodeCosts, peakLiveBytes } from '#engine/ir/cost.ts';
import { Graph } from '#engine/ir/graph.ts';
import { leavesReversed, runOrder } from '#engine/ir/order.ts';
import { add, exp, gather, gemm, matmul, mul, reduceSum, reshape, transpose } from '#engine/ops/index.ts';

describe('cost of a graph', () => {
  it('counts two operations for each product of a matrix multiplication', () => {
    const graph = new Graph('products');
    const a = graph.input('a', 'float32', [5, 2, 3]);
    const b = graph.input('b', 'float32', [3, 4]);
    const c = graph.input('c', 'float32', [7, 2]);
    graph.output('ab', matmul(a, b));
    graph.output('cb', gemm(c, graph.input('d', 'float32', [7, 9]), { transA: true }));
    graph.output('sum', add(c, 1));
    expect(flopsOf(graph)).toBe(2 * 5 * 2 * 4 * 3 + 2 * 2 * 9 * 7 + 14);
  });

  it('counts the bytes a node reads and writes, of a table only the rows looked up', () => {
    const graph = new Graph('bytes');
    const rows = gather(graph.input('table', 'float32', [1000, 8]), graph.input('ids', 'int32', [3]));
    graph.output('sum', reduceSum(reshape(rows, [24])));
    expect(nodeCosts(graph).map(({ bytes }) => bytes)).toEqual([96 + 12 + 96, 96 + 4]);
  });

  it('finds the most bytes alive at once', () => {
    const graph = new Graph('peak');
    const x = graph.input('x', 'float32', [100]);
    const a = exp(x);
    const b = transpose(reshape(a, [10, 10]));
    // a and b, then their sum over one of them.
    graph.output('y', reduceSum(add(reshape(b, [100]), a)));
    expect(peakLiveBytes(graph)).toBe(800);
  });

  it('lets an elementwise node write over what nobody needs any more', () => {
    const graph = new Graph('chain');
    let x = exp(graph.input('x', 'float32', [100]));
    for (let i = 0; i < 5; i++) x = mul(x, 2);
    graph.output('y', reduceSum(x));
    expect(peakLiveBytes(graph)).toBe(400);
  });

  it('counts neither inputs nor outputs', () => {
    const graph = new Graph('given');
    graph.output('y', exp(graph.input('x', 'float32', [100])));
    expect(peakLiveBytes(graph)).toBe(0);
  });
});

describe('order of a graph', () => {
  it('begins with the node that nothing needs and that was known first', () => {
    const graph = new Graph('leaves');
    const a = exp(graph.input('x', 'float32', [2]));
    graph.output('early', add(a, 1));
    const b = mul(a, a);
    graph.output('late', add(b, 2));
    const given = leavesReversed(graph.nodes);
    expect(given.map(({ index }) => index)).toEqual([0, 2, 3, 1]);
    expect(runOrder(given).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(runOrder(graph.nodes).map(({ index }) => index)).toEqual([0, 2, 3, 1]);
  });
});
