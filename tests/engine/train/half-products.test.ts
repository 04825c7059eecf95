import { describe, expect, it } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { encode } from '#engine/onnx/encode.ts';
import { DATA_TYPES, type ModelMessage, ModelProto } from '#engine/onnx/schema.ts';
import { gemm, matmul } from '#engine/ops/index.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { tensor, type Tensor } from '#engine/runtime/tensor.ts';
import { FIRST_LOSS_SCALE, halved, steadied } from '#engine/train/loss-scale.ts';
import type { Trainer } from '#engine/train/trainer.ts';
import { halfReference, toHalf } from '../support/half-reference.ts';
import { buildMlp, mlpTrainer, xor } from '../support/mlp.ts';

const FLOAT16 = 10;

async function losses(trainer: Trainer<string>, steps: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < steps; i++) seen.push((await trainer.step('xor', xor)).loss);
  return seen;
}

describe('products in float16', () => {
  it('are a valid model that computes the same where float16 is exact', async () => {
    const graph = new Graph('exact');
    const a = graph.input('a', 'float32', [1, 2]);
    const b = graph.input('b', 'float32', [2, 1]);
    graph.output('product', matmul(a, b));
    graph.output('biased', gemm(a, b, { bias: graph.input('bias', 'float32', [1]) }));
    const executable = await ortRuntime({ threads: 1, precision: 'float16' }).compile(graph);
    const one = (shape: number[], ...values: number[]): Tensor => tensor('float32', shape, values);
    const fed = { a: one([1, 2], 1.5, 3), b: one([2, 1], 1, 2), bias: one([1], 1 + 2 ** -20) };
    const { product, biased } = await executable.run(fed);
    await executable.dispose();
    expect(product.data[0]).toBe(7.5);
    // The bias is added in float32: this sum is no float16.
    expect(biased.data[0]).toBe(8.5 + 2 ** -20);
  });

  it('leave every input, output and node that is no product in float32', () => {
    const graph = new Graph('mlp');
    graph.output('loss', buildMlp(graph).loss);
    const { graph: written } = ModelProto.decode(encode(graph, { precision: 'float16' })) as unknown as ModelMessage;
    for (const { type } of [...written.input, ...written.output])
      expect(type).toMatchObject({ tensorType: { elemType: DATA_TYPES.float32 } });
    const casts = written.node.filter(({ opType }) => opType === 'Cast');
    const products = written.node.filter(({ opType }) => opType === 'Gemm' || opType === 'MatMul');
    expect(products).toHaveLength(2);
    expect(casts.map(({ attribute }) => Number(attribute[0].i)).sort((x, y) => x - y)).toEqual([
      ...products.map(() => DATA_TYPES.float32),
      ...products.flatMap(() => [FLOAT16, FLOAT16]),
    ]);
    for (const { output } of products) expect(output[0]).toMatch(/%half$/);
  });

  it('have the rounding of the format', () => {
    expect(
      [1 + 2 ** -12, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65_519, 65_520, 2 ** -25, 1.5 * 2 ** -24].map(toHalf),
    ).toEqual([1, 1, 1 + 2 ** -9, 65_504, Infinity, 0, 2 * 2 ** -24]);
  });

  it('train as float32 does, up to their rounding', async () => {
    const [full, mixed] = [mlpTrainer({}), mlpTrainer({ runtime: halfReference, scalesLoss: true })];
    const [a, b] = [await losses(full, 200), await losses(mixed, 200)];
    for (const trainer of [full, mixed]) await trainer.dispose();
    expect(b).not.toEqual(a);
    a.slice(0, 20).forEach((loss, i) => expect(Math.abs(loss - b[i])).toBeLessThan(2e-3 * (1 + loss)));
    expect(b.at(-1)).toBeLessThan(1e-2);
  });

  it('resumed take exactly the steps they would have taken, the factor included', async () => {
    const make = () => mlpTrainer({ runtime: halfReference, scalesLoss: true, dropout: 0.2 });
    const [whole, first, second] = [make(), make(), make()];
    const expected = await losses(whole, 20);
    const before = await losses(first, 9);
    second.importState(first.exportState());
    expect([...before, ...(await losses(second, 11))]).toEqual(expected);
    expect(second.exportState()).toEqual(whole.exportState());
    expect(second.lossScale!.steady).toBeGreaterThan(11);
    for (const trainer of [whole, first, second]) await trainer.dispose();
  });
});

describe('a scaled loss', () => {
  it('changes no step as long as nothing overflows', async () => {
    const [plain, scaled] = [mlpTrainer({}), mlpTrainer({ scalesLoss: true })];
    // Powers of two only move the exponent.
    expect(await losses(scaled, 20)).toEqual(await losses(plain, 20));
    expect(scaled.exportState().parameters).toEqual(plain.exportState().parameters);
    for (const trainer of [plain, scaled]) await trainer.dispose();
  });

  it('is scaled down until the gradient does not overflow, and no step is lost', async () => {
    const trainer = mlpTrainer({ runtime: halfReference, scalesLoss: true });
    // Errors of some 200: their gradient times 2^15 is beyond the largest float16, 65,504.
    const far = { ...xor, y: tensor('float32', [4], [300, -300, 300, -300]) };
    const result = await trainer.stepOrSkip([{ shape: 'xor', feeds: far }]);
    expect(result).toMatchObject({ step: 1, skipped: false });
    const { factor, nHalved, steady } = trainer.lossScale!;
    expect(nHalved).toBeGreaterThan(2);
    expect(factor).toBe(FIRST_LOSS_SCALE.factor / 2 ** nHalved);
    expect(steady).toBe(1);
    expect(trainer.skips.total).toBe(0);
    await trainer.dispose();
  });

  it('is not scaled down for a loss that is not finite itself', async () => {
    const trainer = mlpTrainer({ runtime: halfReference, scalesLoss: true });
    const bad = { ...xor, y: tensor('float32', [4], [1, Number.NaN, 1, 1]) };
    expect(await trainer.stepOrSkip([{ shape: 'xor', feeds: bad }])).toMatchObject({ skipped: true });
    expect(trainer.lossScale).toEqual(FIRST_LOSS_SCALE);
    expect(trainer.skips.total).toBe(1);
    await trainer.dispose();
  });

  it('doubles after 2,000 steady updates, up to its bound, and never falls below 1', () => {
    let scale = FIRST_LOSS_SCALE;
    for (let i = 0; i < 2000; i++) scale = steadied(scale);
    expect(scale).toEqual({ factor: 2 * FIRST_LOSS_SCALE.factor, steady: 0, nHalved: 0 });
    for (let i = 0; i < 40_000; i++) scale = steadied(scale);
    expect(scale.factor).toBe(2 ** 24);
    expect(halved({ factor: 2, steady: 5, nHalved: 1 })).toEqual({ factor: 1, steady: 0, nHalved: 2 });
    expect(halved({ factor: 1, steady: 0, nHalved: 2 })).toBeNull();
  });

  it('needs AdamW on the host', async () => {
    const trainer = mlpTrainer({ placement: 'graph', scalesLoss: true });
    await expect(trainer.step('xor', xor)).rejects.toMatchObject({ code: 'unsupported' });
  });
});
