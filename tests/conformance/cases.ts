import { type DType, isFloat, type Shape, sizeOf } from '#engine/ir/value.ts';
import { ops } from '#engine/ops/index.ts';
import type { OpDef, OpSample, SampleInput } from '#engine/ops/op-def.ts';
import { CounterRandom } from '#shared/util/random.ts';

/** One sample of one op in one dtype. */
export interface ConformanceCase {
  readonly op: OpDef;
  /** What the gap table calls it: the dtype, or for Cast `from to`. */
  readonly dtype: string;
  readonly sample: OpSample;
}

const CAST_FROM: Readonly<Record<DType, readonly number[]>> = {
  float32: [0, 1.7, 3],
  float64: [0, 1.7, 3],
  int32: [0, -2, 70000],
  int64: [0, -2, 70000],
  uint32: [0, 1, 70000],
  bool: [0, 1, 1],
};

/** Every sample of the op table, and one of each further dtype an op takes. */
export const CASES: readonly ConformanceCase[] = ops.flatMap((op) => [
  ...op.samples.map((sample) => ({ op, dtype: dtypeOf(op, sample), sample })),
  ...(op.onnx.name === 'Cast' ? castCases(op) : dtypeCases(op)),
]);

/** The input whose dtype the others follow: not the condition of Where. */
function leading(op: OpDef): number {
  return op.onnx.name === 'Where' ? 1 : 0;
}

function dtypeOf(op: OpDef, sample: OpSample): string {
  const from = sample.inputs[leading(op)].dtype;
  return op.onnx.name === 'Cast' ? `${from} ${String(sample.attributes!.to)}` : from;
}

function dtypeCases(op: OpDef): ConformanceCase[] {
  const at = leading(op);
  const present = new Set(op.samples.map((sample) => sample.inputs[at].dtype));
  return op.dtypes[at]
    .filter((dtype) => !present.has(dtype))
    .map((dtype) => {
      const alike = op.samples.find(({ inputs }) => isFloat(inputs[at].dtype) === isFloat(dtype)) ?? op.samples[0];
      const from = alike.inputs[at].dtype;
      const inputs = alike.inputs.map((input, i) => {
        const allowed = op.dtypes[Math.min(i, op.dtypes.length - 1)];
        const follows = i >= at && input.dtype === from && allowed.includes(dtype);
        return follows ? converted(input, dtype, i) : input;
      });
      return { op, dtype, sample: { ...alike, name: `as ${dtype}`, inputs } };
    });
}

function castCases(op: OpDef): ConformanceCase[] {
  const all = Object.keys(CAST_FROM) as DType[];
  return all.flatMap((from) =>
    all
      .filter((to) => to !== from)
      .filter((to) => !op.samples.some((sample) => sample.inputs[0].dtype === from && sample.attributes!.to === to))
      // A negative number has no uint32.
      .map((to) => {
        const data = CAST_FROM[from].map((value) => (to === 'uint32' ? Math.abs(value) : value));
        const sample = {
          name: `${from} to ${to}`,
          inputs: [{ dtype: from, shape: [3], data }],
          attributes: { to },
        };
        return { op, dtype: `${from} ${to}`, sample };
      }),
  );
}

/** The same input in another dtype; integers are small and never 0, so that each may divide. */
function converted({ shape, data, low, high }: SampleInput, dtype: DType, stream: number): SampleInput {
  if (isFloat(dtype)) return { dtype, shape, data, low, high };
  const numbers = data ? data.map((value) => Math.round(value)) : smallIntegers(shape, stream);
  const fitting = {
    bool: (value: number) => Number(value > 0),
    uint32: Math.abs,
  }[dtype as string];
  return { dtype, shape, data: fitting ? numbers.map(fitting) : numbers };
}

function smallIntegers(shape: Shape, stream: number): number[] {
  const random = new CounterRandom(13, stream);
  return Array.from({ length: sizeOf(shape) }, (_, i) => {
    const magnitude = 1 + random.integer(2 * i, 9);
    return random.integer(2 * i + 1, 2) ? magnitude : -magnitude;
  });
}
