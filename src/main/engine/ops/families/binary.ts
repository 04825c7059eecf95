import type { DType, TensorType, Value } from '../../ir/value.ts';
import { formatType } from '../../ir/value.ts';
import type { OpDef, OpReject, OpSample, VjpRule, Zero, Stop } from '../op-def.ts';
import { broadcastShapes, shapeError, stretched } from '../shapes.ts';
import { unbroadcast } from '../unbroadcast.ts';
import { wrap } from './wrap.ts';

/** What a two-input elementwise op states; broadcasting, dtypes and un-broadcasting are the same for all. */
export interface BinarySpec {
  name: string;
  since: number;
  dtypes: readonly DType[];
  /** dtype of the result where it is not that of the inputs. */
  result?: DType;
  compute(a: number, b: number, dtype: DType): number;
  /** Gradients at the full shape; summing back to each input's shape is done here. */
  vjp: BinaryRule | Zero | Stop;
  samples: readonly OpSample[];
  rejects?: readonly OpReject[];
}

export type BinaryRule = (gradient: Value, a: Value, b: Value, result: Value) => readonly [() => Value, () => Value];

export type Operand = Value | number;

export function defineBinary(spec: BinarySpec): OpDef {
  return {
    onnx: { name: spec.name, since: spec.since },
    dtypes: [spec.dtypes, spec.dtypes],
    infer: ([a, b]) => {
      if (a.dtype !== b.dtype) throw shapeError(spec.name, `${formatType(a)} and ${formatType(b)} differ in dtype`);
      return [{ dtype: spec.result ?? a.dtype, shape: broadcastShapes(spec.name, a.shape, b.shape) }];
    },
    vjp: typeof spec.vjp === 'function' ? summedRule(spec.vjp) : spec.vjp,
    ref: ({ inputs: [a, b], outputs: [out] }) => {
      const left = stretched(a.data, a.shape, out.shape);
      const right = stretched(b.data, b.shape, out.shape);
      return [left.map((value, i) => wrap(out.dtype, spec.compute(value, right[i], a.dtype)))];
    },
    samples: spec.samples,
    rejects: [
      {
        name: 'lengths that do not broadcast',
        inputs: [type(spec.dtypes[0], [2, 3]), type(spec.dtypes[0], [2, 4])],
        message: /do not broadcast/,
      },
      ...(spec.rejects ?? []),
    ],
  };
}

function summedRule(rule: BinaryRule): VjpRule {
  return ({ inputs: [a, b], outputs: [result], gradients: [gradient] }) => {
    if (!gradient) return [null, null];
    const [left, right] = rule(gradient, a, b, result);
    return [() => unbroadcast(left(), a.shape), () => unbroadcast(right(), b.shape)];
  };
}

function type(dtype: DType, shape: number[]): TensorType {
  return { dtype, shape };
}

/** Applies a two-input op; a number becomes a scalar constant of the other operand's dtype. */
export function applyBinary(op: OpDef, a: Operand, b: Operand): Value {
  if (typeof a === 'number') {
    if (typeof b === 'number') throw shapeError(op.onnx.name, 'two plain numbers belong to no graph; give one Value');
    return b.graph.op(op, [b.graph.constant(a, b.dtype), b]);
  }
  return a.graph.op(op, [a, typeof b === 'number' ? a.graph.constant(b, a.dtype) : b]);
}
