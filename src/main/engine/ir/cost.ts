import { ALIASES, OVERWRITES } from './buffers.ts';
import type { Graph } from './graph.ts';
import { liveSet } from './live.ts';
import { leavesReversed, runOrder } from './order.ts';
import { allocate, type DType, type Node, sizeOf, type TensorType, type Value } from './value.ts';

/** What one node asks of a device. */
export interface NodeCost {
  readonly flops: number;
  /** Read and written. */
  readonly bytes: number;
}

export function bytesOf({ dtype, shape }: TensorType): number {
  return sizeOf(shape) * ELEMENT_BYTES[dtype];
}

/** Cost of every node that an output needs, in order; views cost nothing. */
export function nodeCosts(graph: Graph): NodeCost[] {
  return liveSet(graph)
    .nodes.filter((node) => !isView(node))
    .map(({ op, inputs, outputs, attributes }) => ({
      flops: op.flops?.(inputs, outputs, attributes) ?? sum(outputs.map(({ shape }) => sizeOf(shape))),
      bytes:
        sum(inputs.map((value) => Math.min(bytesOf(value), readBytes(op.onnx.name, value, outputs[0])))) +
        sum(outputs.map(bytesOf)),
    }));
}

/** Floating-point operations of all nodes that an output needs. */
export function flopsOf(graph: Graph): number {
  return sum(nodeCosts(graph).map(({ flops }) => flops));
}

/**
 * Most bytes of intermediate values that are alive at once when ONNX Runtime runs the nodes.
 *
 * A value lives from its node to its last use. Reshapes share the buffer of their input, and an elementwise node writes
 * over an input of equal size that nobody needs afterwards. Inputs, constants and outputs are the caller's and not counted.
 */
export function peakLiveBytes(graph: Graph): number {
  const nodes = runOrder(leavesReversed(liveSet(graph).nodes));
  const owner = new Map<Value, Value>();
  const root = (value: Value): Value => owner.get(value) ?? value;
  for (const node of nodes) if (isView(node)) owner.set(node.outputs[0], root(node.inputs[0]));
  const callers = new Set([...graph.outputs.values()].map(root));
  const isOwn = (value: Value): boolean => value.producer.kind === 'node' && !callers.has(value);
  const lastUse = new Map<Value, Node>();
  for (const node of nodes) for (const input of node.inputs) lastUse.set(root(input), node);

  let [alive, peak] = [0, 0];
  for (const node of nodes.filter((each) => !isView(each))) {
    const outputs = node.outputs.filter(isOwn);
    const dying = [...new Set(node.inputs.map(root))].filter((value) => isOwn(value) && lastUse.get(value) === node);
    const freed = sum(dying.map(bytesOf));
    const target = OVERWRITES.has(node.op.onnx.name) ? sameSize(dying, outputs[0]) : undefined;
    alive += sum(outputs.map(bytesOf)) - (target ? bytesOf(target) : 0);
    peak = Math.max(peak, alive);
    alive -= freed - (target ? bytesOf(target) : 0);
  }
  return peak;
}

function isView({ op }: Node): boolean {
  return ALIASES.has(op.onnx.name);
}

function sameSize(values: readonly Value[], output: Value | undefined): Value | undefined {
  return output && values.find((value) => bytesOf(value) === bytesOf(output));
}

/** A look-up reads as many bytes as it writes, however large the table is. */
function readBytes(op: string, value: Value, output: TensorType): number {
  return op === 'Gather' ? Math.max(bytesOf(output), 8) : bytesOf(value);
}

const ELEMENT_BYTES: Readonly<Record<DType, number>> = Object.fromEntries(
  (['float32', 'float64', 'int32', 'int64', 'uint32', 'bool'] as const).map((dtype) => [
    dtype,
    allocate(dtype, 0).BYTES_PER_ELEMENT,
  ]),
) as Record<DType, number>;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
