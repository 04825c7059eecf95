import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { OpDef } from '../ops/op-def.ts';
import {
  type Attributes,
  type DType,
  formatType,
  type InputRole,
  type Node,
  type Producer,
  type Shape,
  sizeOf,
  type TensorType,
  toTypedArray,
  type TypedArray,
  Value,
} from './value.ts';

/** A replacement for the derivative of a whole subgraph, see `Graph.replaceGradient`. */
export interface GradientRegion {
  readonly inputs: readonly Value[];
  readonly rule: (gradient: Value) => ((() => Value) | null)[];
}

/**
 * A directed acyclic graph of ONNX ops with static shapes, built front to back.
 *
 * Every op is a pure function, so an application that is already there is returned instead of added again.
 * Note: nothing is ever removed from a graph; nodes that no output needs are dropped when it is compiled.
 */
export class Graph {
  readonly name: string;
  readonly values: Value[] = [];
  readonly nodes: Node[] = [];
  readonly inputs = new Map<string, Value>();
  readonly outputs = new Map<string, Value>();
  readonly gradientRegions = new Map<Value, GradientRegion>();
  readonly #scalars = new Map<string, Value>();
  /** Applications already there, by op, inputs and attributes: an equal one is not computed twice. */
  readonly #known = new Map<string, Node>();

  constructor(name = 'graph') {
    this.name = name;
  }

  /** A tensor fed at every run. */
  input(name: string, dtype: DType, shape: Shape): Value {
    return this.#addInput(name, { dtype, shape }, 'data');
  }

  /** A trained tensor: fed at every run, or bound when the graph is compiled. */
  parameter(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    return this.#addInput(name, { dtype, shape }, 'parameter');
  }

  /** A tensor stored in the graph; a number becomes a scalar, or fills `shape`. */
  constant(value: number | readonly number[] | TypedArray, dtype: DType = 'float32', shape?: Shape): Value {
    if (typeof value === 'number' && (shape === undefined || shape.length === 0)) {
      const key = `${dtype}:${Object.is(value, -0) ? '-0' : value}`;
      let known = this.#scalars.get(key);
      if (!known) {
        known = this.#add({ dtype, shape: [] }, { kind: 'constant', data: toTypedArray(dtype, [value]) });
        this.#scalars.set(key, known);
      }
      return known;
    }
    const data =
      typeof value === 'number'
        ? toTypedArray(dtype, new Float64Array(sizeOf(shape ?? [])).fill(value))
        : Array.isArray(value)
          ? toTypedArray(dtype, value as number[])
          : (value as TypedArray);
    const type = { dtype, shape: shape ?? [data.length] };
    if (data.length !== sizeOf(type.shape)) {
      throw new WorkbenchError(
        'invalid-input',
        `constant: ${data.length} numbers were given, ${formatType(type)} holds ${sizeOf(type.shape)}; give one number per element.`,
      );
    }
    return this.#add(type, { kind: 'constant', data });
  }

  /** Names a result. */
  output(name: string, value: Value): void {
    if (this.outputs.has(name)) {
      throw new WorkbenchError('conflict', `output ${name}: the graph has one of that name; choose another name.`);
    }
    if (value.graph !== this) {
      throw new WorkbenchError('invalid-input', `output ${name}: the value belongs to another graph; name it there.`);
    }
    this.outputs.set(name, value);
  }

  /** Applies an op with one output, or of which only the first is wanted. */
  op(def: OpDef, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.opAll(def, inputs, attributes)[0];
  }

  /**
   * Applies an op and returns all its outputs.
   *
   * Throws: invalid-input when the op does not take these dtypes, shapes or attributes.
   */
  opAll(def: OpDef, inputs: readonly Value[], attributes: Attributes = {}): readonly Value[] {
    for (const value of inputs) {
      if (value.graph !== this) {
        throw new WorkbenchError(
          'invalid-input',
          `${def.onnx.name}: an input belongs to graph ${value.graph.name}, not ${this.name}; build both in one graph.`,
        );
      }
    }
    const key = `${def.onnx.name}(${inputs.map((input) => input.id).join()})${JSON.stringify(attributes)}`;
    const same = this.#known.get(key);
    if (same?.op === def) return same.outputs;
    const types = def.infer(checkTypes(def, inputs), attributes);
    const outputs: Value[] = [];
    const node: Node = { kind: 'node', index: this.nodes.length, op: def, inputs: [...inputs], attributes, outputs };
    for (const type of types) outputs.push(this.#add(type, node));
    this.nodes.push(node);
    this.#known.set(key, node);
    return outputs;
  }

  /**
   * States the derivative of `output` with respect to `inputs` directly, instead of through the nodes between them.
   *
   * Note: for identities that spare work, such as the row sum in attention; the finite-difference test covers them too.
   */
  replaceGradient(output: Value, inputs: readonly Value[], rule: GradientRegion['rule']): Value {
    this.gradientRegions.set(output, { inputs, rule });
    return output;
  }

  get parameters(): Value[] {
    return [...this.inputs.values()].filter(
      (value) => value.producer.kind === 'input' && value.producer.role === 'parameter',
    );
  }

  #addInput(name: string, type: TensorType, role: InputRole): Value {
    if (this.inputs.has(name)) {
      throw new WorkbenchError('conflict', `input ${name}: the graph has one of that name; choose another name.`);
    }
    const value = this.#add(type, { kind: 'input', name, role });
    this.inputs.set(name, value);
    return value;
  }

  #add(type: TensorType, producer: Producer): Value {
    for (const length of type.shape) {
      if (!Number.isSafeInteger(length) || length < 0) {
        throw new WorkbenchError(
          'invalid-input',
          `${formatType(type)}: ${length} is not an axis length; shapes are static.`,
        );
      }
    }
    const value = new Value(this, this.values.length, { dtype: type.dtype, shape: [...type.shape] }, producer);
    this.values.push(value);
    return value;
  }
}

/** Input dtypes against the op's table; returns the inputs unchanged. */
export function checkTypes<T extends TensorType>(def: OpDef, inputs: readonly T[]): readonly T[] {
  const [least, most] = def.arity ?? [def.dtypes.length, def.dtypes.length];
  if (inputs.length < least || inputs.length > most) {
    throw new WorkbenchError(
      'invalid-input',
      `${def.onnx.name}: ${inputs.length} inputs were given, it takes ${least === most ? least : `${least} to ${most}`}.`,
    );
  }
  inputs.forEach((input, i) => {
    const allowed = def.dtypes[Math.min(i, def.dtypes.length - 1)];
    if (!allowed.includes(input.dtype)) {
      throw new WorkbenchError(
        'invalid-input',
        `${def.onnx.name}: input ${i} is ${formatType(input)}, it takes ${allowed.join(' or ')}; cast it first.`,
      );
    }
  });
  return inputs;
}
