import { describe, expect, it } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { add, gather, matmul, mul } from '#engine/ops/index.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { referenceRuntime } from '#engine/runtime/reference.ts';
import { tensor, zeros } from '#engine/runtime/tensor.ts';
import { tfjsRuntime } from '#engine/runtime/tfjs.ts';

function example() {
  const graph = new Graph('example');
  const x = graph.input('x', 'float32', [2]);
  const w = graph.parameter('w', [2]);
  graph.output('sum', add(x, w));
  graph.output('product', mul(x, w));
  graph.output('same', x);
  graph.output('again', add(x, w));
  return graph;
}

const x = tensor('float32', [2], [1, 2]);
const w = tensor('float32', [2], [10, 20]);

describe.each([
  ['ONNX Runtime', ortRuntime({ threads: 1 })],
  ['the reference', referenceRuntime],
  ['TensorFlow.js, cpu', tfjsRuntime({ backend: 'cpu' })],
  ['TensorFlow.js, wasm', tfjsRuntime({ backend: 'wasm' })],
] as const)('%s', (_, runtime) => {
  it('computes all outputs, also an input passed on and one value under two names', async () => {
    const executable = await runtime.compile(example());
    const results = await executable.run({ x, w });
    await executable.dispose();
    expect(
      Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...data].map(Number)])),
    ).toEqual({
      sum: [11, 22],
      product: [10, 40],
      same: [1, 2],
      again: [11, 22],
    });
  });

  it('computes only what is fetched and refuses unknown names', async () => {
    const executable = await runtime.compile(example());
    expect(Object.keys(await executable.run({ x, w }, { fetch: ['product'] }))).toEqual(['product']);
    await expect(executable.run({ x, w }, { fetch: ['nothing'] })).rejects.toMatchObject({ code: 'not-found' });
    await executable.dispose();
  });

  it('writes into given tensors', async () => {
    const executable = await runtime.compile(example());
    const target = zeros([2]);
    const { product } = await executable.run({ x, w }, { into: { product: target } });
    await executable.dispose();
    expect(product).toBe(target);
    expect([...target.data]).toEqual([10, 40]);
  });

  it('takes bound parameters no longer as feeds', async () => {
    const executable = await runtime.compile(example(), { bind: { w } });
    expect(executable.inputs.map((input) => input.id)).toHaveLength(1);
    const { sum } = await executable.run({ x });
    await executable.dispose();
    expect([...sum.data]).toEqual([11, 22]);
  });

  it('says which feed is missing or misshapen', async () => {
    const executable = await runtime.compile(example());
    await expect(executable.run({ x })).rejects.toThrow(/graph example: input w is not fed; feed float32\[2\]/);
    await expect(executable.run({ x, w: tensor('float32', [1], [1]) })).rejects.toThrow(
      /input w is fed float32\[1\]; it takes float32\[2\]/,
    );
    await executable.dispose();
  });

  it('rejects an index outside the table', async () => {
    const graph = new Graph('outside');
    graph.output('row', gather(graph.input('t', 'float32', [3, 1]), graph.input('i', 'int32', [1])));
    const executable = await runtime.compile(graph);
    const feeds = { t: tensor('float32', [3, 1], [1, 2, 3]), i: tensor('int32', [1], [3]) };
    await expect(executable.run(feeds)).rejects.toThrow(/outside|out of/);
    await executable.dispose();
  });
});

describe('ortRuntime', () => {
  it('copies no result that it has an array for (decision 0025)', async () => {
    const [length, nOutputs] = [2 ** 20, 8];
    const graph = new Graph('large');
    const input = graph.input('x', 'float32', [length]);
    const names = Array.from({ length: nOutputs }, (_, i) => `times ${i}`);
    names.forEach((name, i) => graph.output(name, mul(input, i)));
    const executable = await ortRuntime({ threads: 1 }).compile(graph);
    const into = Object.fromEntries(names.map((name) => [name, zeros([length])]));
    const x = zeros([length]);
    (x.data as Float32Array).fill(3);
    const before = process.memoryUsage().arrayBuffers;
    await executable.run({ x }, { into });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((nOutputs / 2) * x.data.byteLength);
    await executable.dispose();
    names.forEach((name, i) => expect((into[name].data as Float32Array).every((value) => value === 3 * i)).toBe(true));
  });

  it('gives results without elements', async () => {
    const graph = new Graph('none');
    graph.output('none', mul(graph.input('x', 'float32', [0, 3]), 2));
    const executable = await ortRuntime({ threads: 1 }).compile(graph);
    const { none } = await executable.run({ x: zeros([0, 3]) });
    await executable.dispose();
    expect(none).toEqual(zeros([0, 3]));
  });

  it('says in one sentence that a device is not here', async () => {
    const graph = new Graph('coreml');
    graph.output('y', matmul(graph.input('a', 'float32', [2, 2]), graph.input('b', 'float32', [2, 2])));
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(ortRuntime({ provider }).compile(graph)).rejects.toThrow(/backend not found.*choose another device/s);
  });
});
