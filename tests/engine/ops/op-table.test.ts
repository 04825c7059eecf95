import { describe, expect, it } from 'vitest';
import { checkGradients } from '#engine/autodiff/check.ts';
import { Graph } from '#engine/ir/graph.ts';
import { formatType, isFloat, sizeOf } from '#engine/ir/value.ts';
import { add, cast, mul, ops, reduceSum } from '#engine/ops/index.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { buildSample, runSample } from '../support/samples.ts';

const runtime = ortRuntime({ threads: 1 });

describe.each(ops.map((op) => [op.onnx.name, op] as const))('%s', (_name, op) => {
  const samples = op.samples.map((sample) => [sample.name, sample] as const);

  it.each(samples)('agrees with the reference: %s', async (_sampleName, sample) => {
    for (const { declared, result, worst } of await runSample(runtime, buildSample(op, sample))) {
      expect(formatType(result)).toBe(formatType(declared));
      expect(worst).toBeLessThanOrEqual(isFloat(declared.dtype) ? (sample.tolerance ?? 2e-6) : 0);
    }
  });

  // Only the first output of LayerNormalization has a derivative; integers have none.
  const differentiable = samples.filter(([, sample]) => {
    const { inputs, outputs } = buildSample(op, sample);
    return typeof op.vjp === 'function' && isFloat(outputs[0].dtype) && inputs.some((input) => isFloat(input.dtype));
  });
  it.each(differentiable)('derivative agrees with finite differences: %s', (_sampleName, sample) => {
    const { graph, inputs, outputs, feeds } = buildSample(op, sample);
    const wanted = op.onnx.name === 'LayerNormalization' ? outputs.slice(0, 1) : outputs;
    const random = new CounterRandom(11, 'weights');
    // Each output element has its own weight, so that errors cannot cancel.
    const parts = wanted.map((output, o) => {
      const weights = Float32Array.from({ length: sizeOf(output.shape) }, (_, n) => random.uniform(o * 1000 + n) - 0.5);
      return reduceSum(mul(cast(output, 'float32'), graph.constant(weights, 'float32', output.shape)));
    });
    const loss = parts.reduce((a, b) => add(a, b));
    const wrt = inputs.filter((input) => isFloat(input.dtype));
    const { worst, tried } = checkGradients(loss, wrt, feeds);
    expect(tried).toBeGreaterThan(0);
    expect(worst).toBeLessThan(1e-6);
  });

  it.each(op.rejects.map((reject) => [reject.name, reject] as const))('rejects %s', (_rejectName, reject) => {
    const graph = new Graph('rejects');
    const inputs = reject.inputs.map((input, i) => graph.input(`input${i}`, input.dtype, input.shape));
    expect(() => graph.opAll(op, inputs, reject.attributes)).toThrow(reject.message);
  });

  it('states samples, rejects and why it has no derivative', () => {
    expect(op.samples.length).toBeGreaterThan(0);
    expect(op.rejects.length).toBeGreaterThan(0);
    expect(typeof op.vjp === 'function' || op.vjp.why.length > 0).toBe(true);
  });
});
