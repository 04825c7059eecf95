import type { OpDef } from '../ops/op-def.ts';
import type { Graph } from './graph.ts';

export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint32' | 'bool';

/** Lengths of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** bool is one byte per element, int64 is a BigInt array: the layouts ONNX Runtime takes. */
export type TypedArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint32Array | Uint8Array;

export type AttributeValue = number | readonly number[] | string;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** `parameter` is a trained tensor: fed like an input, but it may be bound at compile time. */
export type InputRole = 'data' | 'parameter';

export interface InputSource {
  readonly kind: 'input';
  readonly name: string;
  readonly role: InputRole;
}

export interface ConstantSource {
  readonly kind: 'constant';
  readonly data: TypedArray;
}

/** One application of an op. `index` grows with creation, so inputs always come from lower indices. */
export interface Node {
  readonly kind: 'node';
  readonly index: number;
  readonly op: OpDef;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

export type Producer = InputSource | ConstantSource | Node;

/** A tensor of a graph: static dtype and shape, and where it comes from. */
export class Value implements TensorType {
  readonly graph: Graph;
  readonly id: number;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly producer: Producer;

  constructor(graph: Graph, id: number, type: TensorType, producer: Producer) {
    this.graph = graph;
    this.id = id;
    this.dtype = type.dtype;
    this.shape = type.shape;
    this.producer = producer;
  }

  get rank(): number {
    return this.shape.length;
  }
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** Product of the lengths; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** `float32[2,3]`. */
export function formatType(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(',')}]`;
}

/** Allocates the array a dtype is stored in. */
export function allocate(dtype: DType, size: number): TypedArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(size);
    case 'float64':
      return new Float64Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'int64':
      return new BigInt64Array(size);
    case 'uint32':
      return new Uint32Array(size);
    case 'bool':
      return new Uint8Array(size);
  }
}

/** Copies numbers into the array a dtype is stored in; bool becomes 0 or 1. */
export function toTypedArray(dtype: DType, values: ArrayLike<number>): TypedArray {
  const data = allocate(dtype, values.length);
  if (data instanceof BigInt64Array) for (let i = 0; i < values.length; i++) data[i] = BigInt(Math.trunc(values[i]));
  else if (dtype === 'bool') for (let i = 0; i < values.length; i++) data[i] = values[i] ? 1 : 0;
  else data.set(values);
  return data;
}

/** Name an input is fed by; empty for what is no input. */
export function inputName({ producer }: Value): string {
  return producer.kind === 'input' ? producer.name : '';
}
