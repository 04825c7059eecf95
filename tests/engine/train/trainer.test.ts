import { describe, expect, it } from 'vitest';
import { referenceRuntime, toNdArray } from '#engine/runtime/reference.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import type { Trainer } from '#engine/train/trainer.ts';
import { mlpTrainer, xor } from '../support/mlp.ts';

const ADAMW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 };

async function losses(trainer: Trainer<string>, steps: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < steps; i++) seen.push((await trainer.step('xor', xor)).loss);
  return seen;
}

describe.each(['host', 'graph'] as const)('Trainer, AdamW in %s', (placement) => {
  it('fits exclusive or', async () => {
    const trainer = mlpTrainer({ placement });
    const seen = await losses(trainer, 200);
    const { loss, aux } = await trainer.evaluate('xor', xor);
    await trainer.dispose();
    expect(seen[0]).toBeGreaterThan(0.5);
    expect(loss).toBeLessThan(1e-3);
    expect(Math.max(...toNdArray(aux.difference).data.map(Math.abs))).toBeLessThan(0.05);
  });

  it('resumed from an exported state takes exactly the steps it would have taken', async () => {
    const whole = mlpTrainer({ placement, dropout: 0.2 });
    const expected = await losses(whole, 30);
    const first = mlpTrainer({ placement, dropout: 0.2 });
    const before = await losses(first, 13);
    const state = first.exportState();
    await losses(first, 2);
    const second = mlpTrainer({ placement, dropout: 0.2 });
    second.importState(state);
    expect(second.stepsDone).toBe(13);
    expect([...before, ...(await losses(second, 17))]).toEqual(expected);
    expect(second.exportState()).toEqual(whole.exportState());
    for (const trainer of [whole, first, second]) await trainer.dispose();
  });

  it('keeps the last good state when a batch gives no finite loss', async () => {
    const trainer = mlpTrainer({ placement });
    await losses(trainer, 5);
    const good = trainer.exportState();
    const bad = { ...xor, y: tensor('float32', [4], [1, Number.NaN, 1, 1]) };
    await expect(trainer.step('xor', bad)).rejects.toMatchObject({
      code: 'numeric',
      message: /training step 6: the loss is NaN/,
    });
    expect(trainer.exportState()).toEqual(good);
    expect((await trainer.step('xor', xor)).step).toBe(6);
    await trainer.dispose();
  });

  it('leaves frozen parameters and gives them no moments', async () => {
    const trainer = mlpTrainer({ placement, trains: (name) => name.startsWith('down') });
    const before = trainer.exportState();
    await losses(trainer, 3);
    const after = trainer.exportState();
    await trainer.dispose();
    expect(after.parameters['up.weight']).toEqual(before.parameters['up.weight']);
    expect(after.parameters['down.weight']).not.toEqual(before.parameters['down.weight']);
    expect(Object.keys(after.first)).toEqual(['down.bias', 'down.weight']);
  });
});

describe('Trainer', () => {
  it('draws other dropout masks at every step and for every batch of one, and none to evaluate', async () => {
    const trainer = mlpTrainer({ dropout: 0.5, rate: () => 0, optimizer: { ...ADAMW, weightDecay: 0 } });
    const seen = await losses(trainer, 6);
    expect(new Set(seen).size).toBeGreaterThan(3);
    const batch = { shape: 'xor', feeds: xor };
    const { loss: ofOne } = await trainer.stepOver([batch]);
    const again = mlpTrainer({ dropout: 0.5, rate: () => 0, optimizer: { ...ADAMW, weightDecay: 0 } });
    await losses(again, 6);
    // The second batch has masks of its own, so the mean of both is not the loss of the first.
    expect((await again.stepOver([batch, batch])).loss).not.toBe(ofOne);
    const [a, b] = [await trainer.evaluate('xor', xor), await trainer.evaluate('xor', xor)];
    expect(a.loss).toBe(b.loss);
    for (const each of [trainer, again]) await each.dispose();
  });

  it('counts a skipped step in the schedule and not in the corrections of AdamW', async () => {
    const bad = { ...xor, y: tensor('float32', [4], [1, Number.NaN, 1, 1]) };
    const run = async (batches: (typeof xor)[]) => {
      const trainer = mlpTrainer({ rate: () => 0.01 });
      for (const feeds of batches) await trainer.stepOrSkip([{ shape: 'xor', feeds }]);
      const { parameters, step, skips } = trainer.exportState();
      await trainer.dispose();
      return { parameters, step, skips };
    };
    const [whole, holed] = [await run([xor, xor, xor]), await run([xor, bad, bad, xor, xor])];
    expect(holed.parameters).toEqual(whole.parameters);
    expect(holed).toMatchObject({ step: 5, skips: { total: 2, inRow: 0 } });
  });

  it('leaves a gradient out whose square has no place in float32, unless clipping makes it small', async () => {
    // A finite loss of 2.5e37 with a gradient beyond 1e18.
    const steep = { ...xor, y: tensor('float32', [4], [5e18, 5e18, 5e18, 5e18]) };
    const step = async (clipNorm: number) => {
      const trainer = mlpTrainer({ optimizer: { ...ADAMW, clipNorm } });
      const { skipped, loss, gradientNorm } = await trainer.stepOrSkip([{ shape: 'xor', feeds: steep }]);
      const { parameters, second } = trainer.exportState();
      await trainer.dispose();
      for (const { data } of [...Object.values(parameters), ...Object.values(second)])
        expect((data as Float32Array).every(Number.isFinite)).toBe(true);
      expect([loss, gradientNorm].every(Number.isFinite)).toBe(true);
      expect(gradientNorm).toBeGreaterThan(1e18);
      return skipped;
    };
    expect([await step(Infinity), await step(1)]).toEqual([true, false]);
  });

  it('takes the same steps with AdamW in the graph and on the host', async () => {
    const [host, graph] = [mlpTrainer({ placement: 'host' }), mlpTrainer({ placement: 'graph' })];
    const [a, b] = [await losses(host, 20), await losses(graph, 20)];
    a.forEach((loss, i) => expect(Math.abs(loss - b[i])).toBeLessThan(1e-5));
    for (const trainer of [host, graph]) await trainer.dispose();
  });

  it('takes the same steps on the reference runtime', async () => {
    const [ort, reference] = [mlpTrainer({}), mlpTrainer({ runtime: referenceRuntime })];
    const [a, b] = [await losses(ort, 10), await losses(reference, 10)];
    a.forEach((loss, i) => expect(Math.abs(loss - b[i])).toBeLessThan(1e-5));
    for (const trainer of [ort, reference]) await trainer.dispose();
  });

  it('several batches in one step are one batch of their mean', async () => {
    const [whole, parts] = [mlpTrainer(), mlpTrainer()];
    const half = (from: number) => {
      const rows = [from, from + 1, from, from + 1];
      const pick = (name: string, width: number) =>
        tensor(
          'float32',
          xor[name].shape,
          rows.flatMap((row) => [...xor[name].data.slice(row * width, (row + 1) * width)].map(Number)),
        );
      return { x: pick('x', 2), y: pick('y', 1) };
    };
    for (let i = 0; i < 5; i++) {
      const one = await whole.step('xor', xor);
      const two = await parts.stepOver([
        { shape: 'xor', feeds: half(0) },
        { shape: 'xor', feeds: half(2) },
      ]);
      expect(two.step).toBe(one.step);
      expect(two.loss).toBeCloseTo(one.loss, 5);
      expect(two.gradientNorm).toBeCloseTo(one.gradientNorm, 5);
    }
    for (const trainer of [whole, parts]) await trainer.dispose();
    const inGraph = mlpTrainer({ placement: 'graph' });
    await expect(
      inGraph.stepOver([
        { shape: 'xor', feeds: xor },
        { shape: 'xor', feeds: xor },
      ]),
    ).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('refuses the state of another model, naming the tensor', () => {
    const trainer = mlpTrainer();
    const state = trainer.exportState();
    const other = { ...state, parameters: { ...state.parameters, 'up.bias': tensor('float32', [2], [0, 0]) } };
    expect(() => trainer.importState(other)).toThrow(/parameters: up.bias is float32\[2\], the model has float32\[8\]/);
    const missing = Object.fromEntries(Object.entries(state.parameters).filter(([name]) => name !== 'up.bias'));
    expect(() => trainer.importState({ ...state, parameters: missing })).toThrow(/up.bias is missing/);
  });

  it('keeps no more compiled graphs than it is told', async () => {
    let compiled = 0;
    const trainer = mlpTrainer({
      maxExecutables: 2,
      runtime: {
        name: 'counting',
        compile: (graph, options) => {
          compiled++;
          return referenceRuntime.compile(graph, options);
        },
      },
    });
    for (const shape of ['a', 'b', 'a', 'c', 'a', 'b']) await trainer.evaluate(shape, xor);
    await trainer.dispose();
    expect(compiled).toBe(4);
  });
});
