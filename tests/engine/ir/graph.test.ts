import { describe, expect, it } from 'vitest';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { graphHash } from '#engine/ir/hash.ts';
import { liveSet } from '#engine/ir/live.ts';
import { printGraph } from '#engine/ir/print.ts';
import { verify } from '#engine/ir/verify.ts';
import { add, gemm, mul, reduceSum, relu } from '#engine/ops/index.ts';

function example(name = 'example', factor = 2, junk = 0) {
  const graph = new Graph(name);
  const x = graph.input('x', 'float32', [2, 3]);
  const w = graph.parameter('w', [3, 1]);
  for (let i = 0; i < junk; i++) relu(add(x, i));
  const y = mul(gemm(x, w), factor);
  graph.output('y', y);
  return { graph, x, w, y };
}

describe('Graph', () => {
  it('gives an equal application once', () => {
    const { graph, x } = example();
    const before = graph.nodes.length;
    expect(add(x, x)).toBe(add(x, x));
    expect(graph.nodes.length).toBe(before + 1);
    expect(graph.constant(3)).toBe(graph.constant(3));
    expect(graph.constant(3, 'int32')).not.toBe(graph.constant(3));
  });

  it('refuses a name twice, values of another graph, and data that does not fill its shape', () => {
    const { graph, x } = example();
    expect(() => graph.input('x', 'float32', [1])).toThrow(/input x: the graph has one of that name/);
    expect(() => graph.output('y', x)).toThrow(/output y: the graph has one of that name/);
    expect(() => add(x, example('other').x)).toThrow(/belongs to graph other, not example/);
    expect(() => graph.constant([1, 2, 3], 'float32', [2])).toThrow(/3 numbers were given, float32\[2\] holds 2/);
    expect(() => graph.input('odd', 'float32', [2.5])).toThrow(/2.5 is not an axis length/);
  });

  it('runs only what an output needs', () => {
    const { graph } = example('example', 2, 5);
    expect(liveSet(graph).nodes.map((node) => node.op.onnx.name)).toEqual(['Gemm', 'Mul']);
  });
});

describe('printGraph and graphHash', () => {
  it('print the live part', () => {
    expect(printGraph(example('example', 2, 3).graph)).toBe(
      [
        'graph example',
        '  input x: float32[2,3]',
        '  parameter w: float32[3,1]',
        '  %0: float32[2,1] = Gemm(x, w, transA=0, transB=0)',
        '  %1: float32[2,1] = Mul(%0, 2:float32)',
        '  output y: %1',
      ].join('\n'),
    );
  });

  it('depend on what is computed, not on names of graphs or dead nodes', () => {
    const hash = graphHash(example().graph);
    expect(graphHash(example('another', 2, 4).graph)).toBe(hash);
    expect(graphHash(example('example', 3).graph)).not.toBe(hash);
  });

  it('see the bytes of constants', () => {
    const withConstant = (numbers: number[]) => {
      const { graph, y } = example();
      graph.output('z', add(y, graph.constant(numbers, 'float32', [2, 1])));
      return graphHash(graph);
    };
    expect(withConstant([1, 2])).not.toBe(withConstant([1, 3]));
  });
});

describe('verify', () => {
  it('accepts a graph with its derivative', () => {
    const { graph, w, y } = example();
    graph.output('dw', gradients(reduceSum(y), [w])[0]);
    expect(() => verify(graph)).not.toThrow();
  });

  it('names the node whose type is wrong', () => {
    const { graph, y } = example();
    Object.defineProperty(y, 'shape', { value: [7, 7] });
    expect(() => verify(graph)).toThrow(
      /graph example: node 1 Mul\(float32\[2,1\], float32\[\]\) -> float32\[7,7\] should give float32\[2,1\]/,
    );
  });

  it('refuses a graph without outputs', () => {
    expect(() => verify(new Graph('empty'))).toThrow(/graph empty: it has no output/);
  });
});
