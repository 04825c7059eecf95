import { Graph } from '#engine/ir/graph.ts';
import { sizeOf, type Value } from '#engine/ir/value.ts';
import type { OpDef } from '#engine/ops/index.ts';
import type { NdArray, OpSample } from '#engine/ops/op-def.ts';
import { interpret, toNdArray } from '#engine/runtime/reference.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { CounterRandom } from '#shared/util/random.ts';

export interface BuiltSample {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly feeds: ReadonlyMap<Value, NdArray>;
}

/** One op on one of its samples, with the numbers to feed. */
export function buildSample(op: OpDef, sample: OpSample): BuiltSample {
  const graph = new Graph(`${op.onnx.name} ${sample.name}`);
  const inputs = sample.inputs.map((input, i) => graph.input(`input${i}`, input.dtype, input.shape));
  const outputs = graph.opAll(op, inputs, sample.attributes);
  outputs.forEach((output, i) => graph.output(`output${i}`, output));
  const feeds = new Map<Value, NdArray>();
  sample.inputs.forEach(({ dtype, shape, data, low = -1, high = 1 }, i) => {
    const random = new CounterRandom(7, i);
    const numbers =
      data ?? Array.from({ length: sizeOf(shape) }, (_, n) => Math.fround(low + (high - low) * random.uniform(n)));
    feeds.set(inputs[i], { dtype, shape, data: Float64Array.from(numbers) });
  });
  return { graph, inputs, outputs, feeds };
}

/** Runs a sample and returns its outputs beside those of the reference. */
export async function runSample(runtime: Runtime, { graph, inputs, outputs, feeds }: BuiltSample) {
  const expected = interpret(graph, feeds, outputs);
  const executable = await runtime.compile(graph);
  const fed = Object.fromEntries(
    inputs.map((input, i) => [`input${i}`, tensor(input.dtype, input.shape, [...feeds.get(input)!.data])]),
  );
  const results = await executable.run(fed);
  await executable.dispose();
  return outputs.map((output, i) => {
    const result = results[`output${i}`];
    const got = toNdArray(result).data;
    const worst = expected[i].data.reduce(
      (most, value, n) => Math.max(most, Math.abs(got[n] - value) / (1 + Math.abs(value))),
      got.length === expected[i].data.length ? 0 : Number.POSITIVE_INFINITY,
    );
    return { declared: output, result, worst: Number.isNaN(worst) ? Number.POSITIVE_INFINITY : worst };
  });
}
