import type { Graph } from '../ir/graph.ts';
import { liveSet } from '../ir/live.ts';
import type { AttributeValue, DType, Node, TensorType, TypedArray, Value } from '../ir/value.ts';
import type { AttributeKind } from '../ops/op-def.ts';
import type { Tensor } from '../runtime/tensor.ts';
import { HalfProducts } from './half-products.ts';
import {
  ATTRIBUTE_TYPES,
  type AttributeMessage,
  DATA_TYPES,
  IR_VERSION,
  ModelProto,
  type ModelMessage,
  type NodeMessage,
  OPSET,
  type TensorMessage,
  type ValueInfoMessage,
} from './schema.ts';
import { withheldNode, withheldOutput } from './withheld.ts';

/** What products of matrices are computed in; everything else is float32. */
export type Precision = 'float32' | 'float16';

export interface EncodeOptions {
  /** Parameters that become initializers. */
  readonly bind?: Readonly<Record<string, Tensor>>;
  /** Of products of float32 matrices; float32 where it is left out. */
  readonly precision?: Precision;
  /** Another order of the nodes. */
  readonly order?: (nodes: readonly Node[]) => readonly Node[];
  /** Adds the output `WITHHELD` before the others. */
  readonly withholds?: boolean;
}

/** Writes the live part of a graph as an ONNX model. Note: the bytes hold every constant, and protobuf ends at 2 GiB. */
export function encode(graph: Graph, options: EncodeOptions = {}): Uint8Array {
  return ModelProto.encode(toMessage(graph, options)).finish();
}

function toMessage(graph: Graph, { bind = {}, precision, order, withholds }: EncodeOptions): ModelMessage {
  const live = liveSet(graph);
  const names = new Map<Value, string>();
  const nameOf = (value: Value): string => {
    let name = names.get(value);
    if (name === undefined) {
      name = value.producer.kind === 'input' ? value.producer.name : `%${value.id}`;
      names.set(value, name);
    }
    return name;
  };
  const initializer: TensorMessage[] = [];
  const node: NodeMessage[] = [];
  // A computed value that is one output carries the output's name; any further name is an Identity.
  const renamed: [string, Value][] = [];
  for (const [name, value] of graph.outputs) {
    if (value.producer.kind === 'node' && !names.has(value)) names.set(value, name);
    else renamed.push([name, value]);
  }
  const input: ValueInfoMessage[] = [];
  for (const value of live.inputs) {
    const bound = bind[nameOf(value)];
    if (bound) initializer.push(tensorMessage(nameOf(value), bound, bound.data));
    else input.push(valueInfo(nameOf(value), value));
  }
  for (const value of live.constants) {
    if (value.producer.kind === 'constant') initializer.push(tensorMessage(nameOf(value), value, value.producer.data));
  }
  const lists = new Map<string, string>();
  const listName = (values: readonly number[]): string => {
    const key = values.join();
    let name = lists.get(key);
    if (name === undefined) {
      name = `%list${lists.size}`;
      lists.set(key, name);
      initializer.push(
        tensorMessage(name, { dtype: 'int64', shape: [values.length] }, BigInt64Array.from(values, BigInt)),
      );
    }
    return name;
  };
  const halves = precision === 'float16' ? new HalfProducts() : null;
  for (const each of order ? order(live.nodes) : live.nodes) {
    const message = nodeMessage(each, nameOf, listName);
    if (halves && isProduct(each)) node.push(...halves.rewrite(message));
    else node.push(message);
  }
  for (const [name, value] of renamed) {
    node.push({ name: `output ${name}`, opType: 'Identity', input: [nameOf(value)], output: [name], attribute: [] });
  }
  const output: ModelMessage['graph']['output'] = [...graph.outputs].map(([name, value]) => valueInfo(name, value));
  if (withholds) {
    node.push(withheldNode);
    output.unshift(withheldOutput);
  }
  return {
    irVersion: IR_VERSION,
    producerName: 'GeneCompass Workbench',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: { name: graph.name, node, initializer, input, output },
  };
}

function isProduct({ op, outputs: [result] }: Node): boolean {
  return (op.onnx.name === 'MatMul' || op.onnx.name === 'Gemm') && result.dtype === 'float32';
}

function nodeMessage(
  node: Node,
  nameOf: (value: Value) => string,
  listName: (values: readonly number[]) => string,
): NodeMessage {
  const input = node.inputs.map(nameOf);
  const attribute: AttributeMessage[] = [];
  for (const [name, kind] of Object.entries(node.op.attributes ?? {})) {
    const value = node.attributes[name];
    if (value === undefined) continue;
    if (kind === 'input') input.push(listName(value as readonly number[]));
    else attribute.push(attributeMessage(name, kind, value));
  }
  const { name } = node.op.onnx;
  return { name: `${name}_${node.index}`, opType: name, input, output: node.outputs.map(nameOf), attribute };
}

function attributeMessage(name: string, kind: AttributeKind, value: AttributeValue): AttributeMessage {
  switch (kind) {
    case 'float':
      return { name, type: ATTRIBUTE_TYPES.float, f: value as number };
    case 'ints':
      return { name, type: ATTRIBUTE_TYPES.ints, ints: [...(value as readonly number[])] };
    case 'string':
      return { name, type: ATTRIBUTE_TYPES.string, s: new TextEncoder().encode(value as string) };
    case 'dtype':
      return { name, type: ATTRIBUTE_TYPES.int, i: DATA_TYPES[value as DType] };
    default:
      return { name, type: ATTRIBUTE_TYPES.int, i: value as number };
  }
}

function tensorMessage(name: string, type: TensorType, data: TypedArray): TensorMessage {
  return {
    name,
    dims: [...type.shape],
    dataType: DATA_TYPES[type.dtype],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function valueInfo(name: string, type: TensorType): ValueInfoMessage {
  return {
    name,
    type: {
      tensorType: { elemType: DATA_TYPES[type.dtype], shape: { dim: type.shape.map((dimValue) => ({ dimValue })) } },
    },
  };
}
