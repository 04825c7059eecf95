import { describe, expect, it } from 'vitest';
import { checkGradients } from '#engine/autodiff/check.ts';
import { Graph } from '#engine/ir/graph.ts';
import { isFloat, sizeOf, type Value } from '#engine/ir/value.ts';
import { add, cast, mul, ops, reduceSum, type OpDef } from '#engine/ops/index.ts';
import type { NdArray, OpSample } from '#engine/ops/op-def.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { interpret, toNdArray } from '#engine/runtime/reference.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { CounterRandom } from '#shared/util/random.ts';

function build(op: OpDef, sample: OpSample) {
  const graph = new Graph(`${op.onnx.name} ${sample.name}`);
  const inputs = sample.inputs.map((input, i) => graph.input(`input${i}`, input.dtype, input.shape));
  const outputs = graph.opAll(op, inputs, sample.attributes);
  const feeds = new Map<Value, NdArray>();
  sample.inputs.forEach(({ dtype, shape, data, low = -1, high = 1 }, i) => {
    const random = new CounterRandom(7, i);
    const numbers =
      data ?? Array.from({ length: sizeOf(shape) }, (_, n) => Math.fround(low + (high - low) * random.uniform(n)));
    feeds.set(inputs[i], { dtype, shape, data: Float64Array.from(numbers) });
  });
  return { graph, inputs, outputs, feeds };
}

describe.each(ops.map((op) => [op.onnx.name, op] as const))('%s', (_, op) => {
  it.each(op.samples.map((sample) => [sample.name, sample] as const))(
    'agrees with the reference: %s',
    async (_, sample) => {
      const { graph, inputs, outputs, feeds } = build(op, sample);
      outputs.forEach((output, i) => graph.output(`output${i}`, output));
      const expected = interpret(graph, feeds, outputs);
      const executable = await ortRuntime({ threads: 1 }).compile(graph);
      const fed = Object.fromEntries(
        inputs.map((input, i) => [`input${i}`, tensor(input.dtype, input.shape, [...feeds.get(input)!.data])]),
      );
      const results = await executable.run(fed);
      await executable.dispose();
      outputs.forEach((output, i) => {
        const result = results[`output${i}`];
        expect({ dtype: result.dtype, shape: [...result.shape] }).toEqual({
          dtype: output.dtype,
          shape: [...output.shape],
        });
        const got = toNdArray(result).data;
        const tolerance = isFloat(output.dtype) ? (sample.tolerance ?? 2e-6) : 0;
        expected[i].data.forEach((value, n) => {
          expect(
            Math.abs(got[n] - value) / (1 + Math.abs(value)),
            `element ${n}: ${got[n]} against ${value}`,
          ).toBeLessThanOrEqual(tolerance);
        });
      });
    },
  );

  const differentiable =
    typeof op.vjp === 'function'
      ? op.samples.filter((sample) => isFloat(sample.inputs[0].dtype) || op.onnx.name === 'Where')
      : [];
  it.each(differentiable.map((sample) => [sample.name, sample] as const))(
    'derivative agrees with finite differences: %s',
    (_, sample) => {
      const { graph, inputs, outputs, feeds } = build(op, sample);
      const wanted = op.onnx.name === 'LayerNormalization' ? outputs.slice(0, 1) : outputs;
      if (!isFloat(wanted[0].dtype)) return;
      // Each output element has its own weight, so that errors cannot cancel.
      const random = new CounterRandom(11, 'weights');
      let loss: Value | undefined;
      wanted.forEach((output, o) => {
        const weights = Float64Array.from(
          { length: sizeOf(output.shape) },
          (_, n) => random.uniform(o * 1000 + n) - 0.5,
        );
        const part = reduceSum(
          mul(cast(output, 'float32'), graph.constant(new Float32Array(weights), 'float32', output.shape)),
        );
        loss = loss ? add(loss, part) : part;
      });
      const { worst, tried } = checkGradients(
        loss!,
        inputs.filter((input) => isFloat(input.dtype)),
        feeds,
      );
      expect(tried).toBeGreaterThan(0);
      expect(worst).toBeLessThan(1e-6);
    },
  );

  it.each(op.rejects.map((reject) => [reject.name, reject] as const))('rejects %s', (_, reject) => {
    const graph = new Graph('rejects');
    const inputs = reject.inputs.map((input, i) => graph.input(`input${i}`, input.dtype, input.shape));
    expect(() => graph.opAll(op, inputs, reject.attributes)).toThrow(reject.message);
  });

  it('states samples, rejects, and its derivative', () => {
    expect(op.samples.length).toBeGreaterThan(0);
    expect(op.rejects.length).toBeGreaterThan(0);
    if (typeof op.vjp !== 'function') expect(op.vjp.why).not.toBe('');
  });
});
