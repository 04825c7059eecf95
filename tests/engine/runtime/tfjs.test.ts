import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { add, bitwiseXor, cast, clip, erf, gather, matmul, mul, reduceMax, reshape, tanh } from '#engine/ops/index.ts';
import { Identity } from '#engine/ops/identity.ts';
import type { OpDef } from '#engine/ops/op-def.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { tfjsBackends, tfjsRuntime } from '#engine/runtime/tfjs.ts';
import { onBackend } from '#engine/runtime/tfjs/backend.ts';
import { modelSelftest } from '#genecompass/selftest.ts';
import { mlpTrainer, xor } from '../support/mlp.ts';

const BACKENDS = ['cpu', 'wasm'] as const;
const tiny = fileURLToPath(new URL('../../../../shared/parity/tiny', import.meta.url));
const absent = existsSync(tiny) ? '' : ' (skipped: ../shared/parity/tiny is absent)';

describe.each(BACKENDS)('TensorFlow.js, %s', (backend) => {
  const runtime = tfjsRuntime({ backend });

  it('leaves nothing behind: tensors, buffers and bytes are as before, after a run and after an error', async () => {
    const graph = new Graph('memory');
    const x = graph.input('x', 'float32', [8, 4]);
    const hidden = tanh(matmul(x, graph.parameter('w', [4, 4])));
    graph.output('y', reshape(add(hidden, 1), [4, 8]));
    graph.output('x again', x);
    graph.output('row', gather(hidden, graph.input('i', 'int32', [1])));
    const w = tensor('float32', [4, 4], new Float32Array(16).fill(0.1));
    const before = await onBackend(backend, () => tf.memory());
    const executable = await runtime.compile(graph, { bind: { w } });
    const compiled = tf.memory();
    const feeds = { x: tensor('float32', [8, 4], new Float32Array(32).fill(1)), i: tensor('int32', [1], [3]) };
    for (let i = 0; i < 3; i++) {
      await executable.run(feeds);
      expect(tf.memory()).toMatchObject(counts(compiled));
    }
    await expect(executable.run({ ...feeds, i: tensor('int32', [1], [8]) })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(tf.memory()).toMatchObject(counts(compiled));
    await executable.dispose();
    expect(tf.memory()).toMatchObject(counts(before));
  });

  it('computes a fetched part without the rest, and gives back arrays of its own', async () => {
    const graph = new Graph('own');
    const x = graph.input('x', 'float32', [2]);
    graph.output('same', x);
    graph.output('twice', mul(x, 2));
    const executable = await runtime.compile(graph);
    const fed = tensor('float32', [2], [1, 2]);
    const { same } = await executable.run({ x: fed }, { fetch: ['same'] });
    await executable.dispose();
    expect(same.data).not.toBe(fed.data);
    expect([...same.data]).toEqual([1, 2]);
  });

  it('does not see later changes of a bound tensor', async () => {
    const graph = new Graph('bound');
    graph.output('y', mul(graph.parameter('w', [2]), 2));
    const w = tensor('float32', [2], [1, 2]);
    const executable = await runtime.compile(graph, { bind: { w } });
    w.data.fill(9 as never);
    const { y } = await executable.run({});
    await executable.dispose();
    expect([...y.data]).toEqual([2, 4]);
  });

  it('multiplies by one buffer under two shapes', async () => {
    const graph = new Graph('two shapes');
    const b = graph.input('b', 'float32', [6, 6]);
    graph.output('first', matmul(graph.input('a', 'float32', [1, 6]), b));
    graph.output('second', matmul(graph.input('c', 'float32', [1, 12]), reshape(b, [12, 3])));
    const executable = await runtime.compile(graph);
    const ones = (rows: number, columns: number) =>
      tensor('float32', [rows, columns], new Float32Array(rows * columns).fill(1));
    const { first, second } = await executable.run({ a: ones(1, 6), b: ones(6, 6), c: ones(1, 12) });
    await executable.dispose();
    expect([...first.data, ...second.data]).toEqual([6, 6, 6, 6, 6, 6, 12, 12, 12]);
  });

  it('computes uint32 modulo 2^32 and compares it without a sign', async () => {
    const graph = new Graph('bits');
    const x = graph.input('x', 'uint32', [3]);
    graph.output('mixed', mul(bitwiseXor(x, 0xdeadbeef), 0x9e3779b1));
    graph.output('largest', reduceMax(x));
    graph.output('within', clip(x, 7, 0xf0000000));
    graph.output('float', cast(x, 'float32'));
    const numbers = [3, 0x80000001, 0xffffffff];
    const executable = await runtime.compile(graph);
    const results = await executable.run({ x: tensor('uint32', [3], numbers) });
    await executable.dispose();
    const exact = numbers.map((n) => Number((BigInt((n ^ 0xdeadbeef) >>> 0) * 0x9e3779b1n) & 0xffffffffn));
    expect([...results.mixed.data]).toEqual(exact);
    expect([...results.largest.data]).toEqual([0xffffffff]);
    expect([...results.within.data]).toEqual([7, 0x80000001, 0xf0000000]);
    expect([...results.float.data]).toEqual(numbers.map(Math.fround));
  });

  it('takes int64 while it fits into 32 bits and says so where it does not', async () => {
    const graph = new Graph('wide');
    const x = graph.input('x', 'int64', [1]);
    graph.output('y', mul(x, 1000));
    const executable = await runtime.compile(graph);
    const run = (value: bigint) => executable.run({ x: tensor('int64', [1], BigInt64Array.of(value)) });
    expect((await run(-2_000_000n)).y.data).toEqual(BigInt64Array.of(-2_000_000_000n));
    for (const value of [3_000_000n, 2n ** 40n]) {
      await expect(run(value)).rejects.toMatchObject({
        code: 'numeric',
        message: expect.stringMatching(/does not fit into the 32 bits .*; run this on ONNX Runtime/),
      });
    }
    await executable.dispose();
  });

  it('refuses float64 and an op without a kernel when it compiles, by name', async () => {
    const double = new Graph('double');
    double.output('y', erf(double.input('x', 'float64', [2])));
    await expect(runtime.compile(double)).rejects.toMatchObject({
      code: 'unsupported',
      message: `graph double on TensorFlow.js (${backend}): Erf takes or gives float64[2], and float64 is not there; run it on ONNX Runtime.`,
    });
    const unknown: OpDef = { ...Identity, onnx: { name: 'Novel', since: 1 } };
    const graph = new Graph('unknown');
    graph.output('y', graph.op(unknown, [graph.input('x', 'float32', [2])]));
    await expect(runtime.compile(graph)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('there is no kernel for Novel(float32[2])'),
    });
  });

  it('trains with dropout as ONNX Runtime does', async () => {
    const trainers = [runtime, ortRuntime({ threads: 1 })].map((each) => mlpTrainer({ runtime: each, dropout: 0.3 }));
    for (let i = 0; i < 5; i++) {
      const [here, there] = await Promise.all(trainers.map((trainer) => trainer.step('xor', xor)));
      expect(Math.abs(here.loss - there.loss)).toBeLessThan(1e-5);
    }
    for (const trainer of trainers) await trainer.dispose();
  });

  it.skipIf(absent)(`agrees with the published code in every group${absent}`, { timeout: 60_000 }, async () => {
    for (const result of await modelSelftest(tiny, runtime)) {
      expect(result, JSON.stringify(result)).toMatchObject({ passed: true });
    }
  });
});

describe('TensorFlow.js', () => {
  it('runs both backends side by side in one process', async () => {
    const graph = new Graph('both');
    graph.output('y', mul(graph.input('x', 'float32', [2]), 3));
    const executables = await Promise.all(BACKENDS.map((backend) => tfjsRuntime({ backend }).compile(graph)));
    const x = tensor('float32', [2], [1, 2]);
    const runs = await Promise.all([0, 1, 0, 1, 1, 0].map((i) => executables[i].run({ x })));
    for (const { y } of runs) expect([...y.data]).toEqual([3, 6]);
    for (const executable of executables) await executable.dispose();
  });

  it('says which backends are here, and what is missing, in plain words and without a banner', async () => {
    const spoken = vi.spyOn(console, 'warn');
    const reports = await tfjsBackends();
    expect(spoken).not.toHaveBeenCalled();
    spoken.mockRestore();
    expect(reports.slice(0, 2)).toEqual([
      { name: 'cpu', usable: true, words: 'TensorFlow.js (cpu): ready' },
      { name: 'wasm', usable: true, words: 'TensorFlow.js (wasm): ready' },
    ]);
    const native = reports[2];
    expect(native.words).toMatch(
      native.usable ? /ready/ : /tfjs-node-gpu (is not installed|does not load).*cannot be installed offline/,
    );
    if (native.usable) return;
    const graph = new Graph('native');
    graph.output('y', mul(graph.input('x', 'float32', [2]), 3));
    await expect(tfjsRuntime({ backend: 'tensorflow' }).compile(graph)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

function counts({ numTensors, numDataBuffers, numBytes }: tf.MemoryInfo) {
  return { numTensors, numDataBuffers, numBytes };
}
