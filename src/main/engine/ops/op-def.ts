import type { Attributes, DType, Shape, TensorType, Value } from '../ir/value.ts';

/**
 * The manual of the op table.
 *
 * An op is one file exporting one `OpDef` and one function on Values. `vjp` has exactly three forms: a rule, `zero(why)`
 * (the derivative is zero almost everywhere) and `stop(why)` (asking for it is a mistake and throws).
 * A rule sees the node's inputs, outputs and attributes and the gradients that arrived at its outputs (null: none did),
 * and returns one thunk per input (null: no gradient), so that what is not asked for is never built.
 */
export interface OpDef {
  /** ONNX name, and the operator-set version that introduced the form used here. */
  readonly onnx: { readonly name: string; readonly since: number };
  /** Allowed dtypes of each input; the last entry repeats for further ones. */
  readonly dtypes: readonly (readonly DType[])[];
  /** Least and most inputs, where that is not `dtypes.length`. */
  readonly arity?: readonly [number, number];
  /** How each attribute is written in ONNX; an `input` is an int64 tensor after the ordinary inputs, in this order. */
  readonly attributes?: Readonly<Record<string, AttributeKind>>;
  infer(inputs: readonly TensorType[], attributes: Attributes): readonly TensorType[];
  /** Floating-point operations of one application; one for each element of the outputs where nothing is said. */
  flops?(inputs: readonly TensorType[], outputs: readonly TensorType[], attributes: Attributes): number;
  readonly vjp: VjpRule | Zero | Stop;
  ref(call: RefCall): readonly Float64Array[];
  readonly samples: readonly OpSample[];
  readonly rejects: readonly OpReject[];
}

export type AttributeKind = 'int' | 'float' | 'ints' | 'string' | 'dtype' | 'input';

export interface VjpCall {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  readonly gradients: readonly (Value | null)[];
}

export type VjpRule = (call: VjpCall) => readonly ((() => Value) | null)[];

export interface Zero {
  readonly kind: 'zero';
  readonly why: string;
}

export interface Stop {
  readonly kind: 'stop';
  readonly why: string;
}

export function zero(why: string): Zero {
  return { kind: 'zero', why };
}

export function stop(why: string): Stop {
  return { kind: 'stop', why };
}

/** Every dtype is held as float64 by the reference: exact for int32, uint32, bool and int64 up to 2^53. */
export interface NdArray extends TensorType {
  readonly data: Float64Array;
}

export interface RefCall {
  readonly inputs: readonly NdArray[];
  readonly outputs: readonly TensorType[];
  readonly attributes: Attributes;
}

export interface SampleInput extends TensorType {
  /** Given numbers, or uniform ones between low and high (-1 and 1). */
  readonly data?: readonly number[];
  readonly low?: number;
  readonly high?: number;
}

export interface OpSample {
  readonly name: string;
  readonly inputs: readonly SampleInput[];
  readonly attributes?: Attributes;
  /** Largest |runtime - reference|, relative to 1 + |reference|. */
  readonly tolerance?: number;
}

export interface OpReject {
  readonly name: string;
  readonly inputs: readonly TensorType[];
  readonly attributes?: Attributes;
  readonly message: RegExp;
}

export function f32(shape: Shape, range: { data?: readonly number[]; low?: number; high?: number } = {}): SampleInput {
  return { dtype: 'float32', shape, ...range };
}

export function given(dtype: DType, shape: Shape, data: readonly number[]): SampleInput {
  return { dtype, shape, data };
}
