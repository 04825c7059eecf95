import type { DType, Value } from '../../ir/value.ts';
import type { OpDef, OpReject, OpSample, Stop, Zero } from '../op-def.ts';
import { f32 } from '../op-def.ts';
import { wrap } from './wrap.ts';

/** What a one-input elementwise op states. */
export interface UnarySpec {
  name: string;
  since: number;
  dtypes: readonly DType[];
  result?: DType;
  compute(x: number, dtype: DType): number;
  vjp: ((gradient: Value, x: Value, y: Value) => Value) | Zero | Stop;
  /** Range of the random sample. */
  low?: number;
  high?: number;
  samples?: readonly OpSample[];
  rejects: readonly OpReject[];
}

export function defineUnary(spec: UnarySpec): OpDef {
  const { vjp } = spec;
  return {
    onnx: { name: spec.name, since: spec.since },
    dtypes: [spec.dtypes],
    infer: ([x]) => [{ dtype: spec.result ?? x.dtype, shape: x.shape }],
    vjp:
      typeof vjp === 'function' ? ({ inputs: [x], outputs: [y], gradients: [g] }) => [g && (() => vjp(g, x, y))] : vjp,
    ref: ({ inputs: [x], outputs: [out] }) => [x.data.map((value) => wrap(out.dtype, spec.compute(value, x.dtype)))],
    samples: spec.samples ?? [
      { name: 'matrix', inputs: [f32([3, 5], { low: spec.low, high: spec.high })] },
      { name: 'scalar', inputs: [f32([], { low: spec.low, high: spec.high })] },
    ],
    rejects: spec.rejects,
  };
}

/** For an op that takes floats only. */
export function rejectsIntegers(): OpReject[] {
  return [{ name: 'integers', inputs: [{ dtype: 'int32', shape: [2] }], message: /takes float32/ }];
}
