import { describe, expect, it } from 'vitest';
import { adamwCoefficients } from '#engine/optim/adamw.ts';
import { adamwState, type AdamWState } from '#engine/optim/adamw-state.ts';
import { KERNELS } from '#engine/optim/kernels-wasm.ts';
import { plainState } from '#engine/optim/plain-state.ts';
import { sharedState } from '#engine/optim/shared-state.ts';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { assembleKernels } from '../../../build/make-kernels.ts';

/** Lengths with every rest of a division by four, one longer than a call, and one of no element. */
const LENGTHS: Record<string, number> = {
  a: 5,
  'b.weight': 300_003,
  c: 0,
  'd.weight': 8,
  e: 70_001,
  f: 2,
  'g.weight': 3,
};
const decays = (name: string) => name.endsWith('weight');
const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };

function drawn(label: string, size: number): Record<string, Tensor> {
  const random = new CounterRandom(11, label);
  let at = 0;
  return Object.fromEntries(
    Object.entries(LENGTHS).map(([name, n]) => [
      name,
      // Magnitudes over twenty orders, with zeros, so that every rounding has its turn.
      tensor(
        'float32',
        [n],
        Array.from({ length: n }, (_, i) => (i % 11 === 0 ? 0 : size * random.normal(at++) ** 9)),
      ),
    ]),
  );
}

function fill(tensors: Readonly<Record<string, Tensor>>, from: Readonly<Record<string, Tensor>>): void {
  for (const name of Object.keys(LENGTHS)) (tensors[name].data as Float32Array).set(from[name].data as Float32Array);
}

/** Bits of all tensors after three steps, the second one over two batches; and the norms. */
function train(state: AdamWState) {
  const norms: number[] = [];
  for (const step of [1, 2, 3]) {
    fill(state.gradients, drawn(`gradient ${step}`, 1e-4));
    if (step === 2) {
      fill(state.further(), drawn('further', 1e-3));
      state.addFurther(0.3, 0.7);
    }
    const norm = state.gradientNorm();
    norms.push(norm);
    state.update(adamwCoefficients(OPTIONS, step, 1e-2, norm));
  }
  state.dispose();
  const bits = (tensors: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { data }]) => [
        name,
        Buffer.from((data as Float32Array).slice().buffer).toString('base64'),
      ]),
    );
  return { norms, parameters: bits(state.parameters), first: bits(state.first), second: bits(state.second) };
}

describe('AdamW over shared memory', () => {
  const parameters = drawn('parameters', 1);
  const expected = train(plainState(parameters, { decays }));

  it.each([1, 2, 3])('gives the bits of the plain loops, %i threads', (nThreads) => {
    const state = sharedState(parameters, { decays, nThreads });
    expect(state).not.toBeNull();
    expect(train(state!)).toEqual(expected);
  });

  it('leaves the given parameters alone', () => {
    expect(train(adamwState(parameters, { decays }))).toEqual(expected);
    expect(parameters).toEqual(drawn('parameters', 1));
  });

  it('is not had for more than 32 bits address', () => {
    const large = { table: { dtype: 'float32', shape: [2 ** 28], data: new Float32Array(0) } } as const;
    expect(sharedState(large, { decays })).toBeNull();
  });

  it('runs the kernels that are written down', async () => {
    expect(Buffer.from(await assembleKernels()).toString('base64')).toBe(KERNELS);
  });
});
