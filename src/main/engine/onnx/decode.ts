import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { Graph } from '../ir/graph.ts';
import type { AttributeValue, DType, TypedArray, Value } from '../ir/value.ts';
import { type OpDef, ops } from '../ops/index.ts';
import { DATA_TYPES, ModelProto, type ModelMessage, type NodeMessage, type TensorMessage } from './schema.ts';

/**
 * Reads an ONNX model made of the ops of the table, with static shapes, back into a graph.
 *
 * Note: every input comes back as data; which ones are parameters is not part of the format.
 * Throws: data-format when the bytes are no such model; unsupported at an op that is not in the table.
 */
export function decode(bytes: Uint8Array): Graph {
  let message: ModelMessage;
  try {
    message = ModelProto.toObject(ModelProto.decode(bytes), {
      longs: Number,
      arrays: true,
      defaults: true,
    }) as ModelMessage;
  } catch (cause) {
    throw new WorkbenchError(
      'data-format',
      'ONNX model: the bytes are not a protobuf message; give the bytes of an .onnx file.',
      { cause },
    );
  }
  if (!message.graph)
    throw new WorkbenchError('data-format', 'ONNX model: it holds no graph; give the bytes of an .onnx file.');
  const { graph: source } = message;
  const graph = new Graph(source.name);
  const values = new Map<string, Value>();
  const lists = new Map(source.initializer.map((tensor) => [tensor.name, tensor]));
  for (const { name, type } of source.input) {
    const shape = type.tensorType.shape.dim.map((dimension) => dimension.dimValue);
    values.set(name, graph.input(name, dtypeOf(type.tensorType.elemType), shape));
  }
  const find = (name: string): Value => {
    const known = values.get(name);
    if (known) return known;
    const stored = lists.get(name);
    if (!stored)
      throw new WorkbenchError('data-format', `ONNX model: ${name} is used before it is made; the file is damaged.`);
    const dtype = dtypeOf(stored.dataType);
    const value = graph.constant(typedArray(dtype, stored.rawData), dtype, stored.dims);
    values.set(name, value);
    return value;
  };
  for (const node of source.node) {
    const op = findOp(node);
    const kinds = Object.entries(op.attributes ?? {});
    const trailing = kinds.filter(([, kind]) => kind === 'input').map(([name]) => name);
    const own = node.input.length - trailing.length;
    const attributes: Record<string, AttributeValue> = readAttributes(node, op);
    trailing.forEach((name, i) => (attributes[name] = listOf(lists.get(node.input[own + i]), node)));
    const outputs = graph.opAll(op, node.input.slice(0, own).map(find), attributes);
    node.output.forEach((name, i) => values.set(name, outputs[i]));
  }
  for (const { name } of source.output) graph.output(name, find(name));
  return graph;
}

function findOp(node: NodeMessage): OpDef {
  const op = ops.find((each) => each.onnx.name === node.opType);
  if (!op)
    throw new WorkbenchError(
      'unsupported',
      `ONNX model: ${node.opType} is not an op of the workbench; only its own models can be read.`,
    );
  return op;
}

function readAttributes(node: NodeMessage, op: OpDef): Record<string, AttributeValue> {
  const found: Record<string, AttributeValue> = {};
  for (const { name, f, i, s, ints } of node.attribute) {
    const kind = op.attributes?.[name];
    if (kind === 'float') found[name] = f ?? 0;
    else if (kind === 'ints') found[name] = ints ?? [];
    else if (kind === 'string') found[name] = new TextDecoder().decode(s);
    else if (kind === 'dtype') found[name] = dtypeOf(i ?? 0);
    else found[name] = i ?? 0;
  }
  return found;
}

function listOf(stored: TensorMessage | undefined, node: NodeMessage): number[] {
  if (!stored)
    throw new WorkbenchError(
      'unsupported',
      `ONNX model: ${node.opType} takes a computed shape; only static shapes can be read.`,
    );
  return Array.from(typedArray('int64', stored.rawData) as BigInt64Array, Number);
}

function dtypeOf(code: number): DType {
  const found = Object.entries(DATA_TYPES).find(([, each]) => each === code);
  if (!found) throw new WorkbenchError('unsupported', `ONNX model: data type ${code} is not used by the workbench.`);
  return found[0] as DType;
}

function typedArray(dtype: DType, raw: Uint8Array): TypedArray {
  const { buffer } = Uint8Array.from(raw);
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'bool':
      return new Uint8Array(buffer);
  }
}
