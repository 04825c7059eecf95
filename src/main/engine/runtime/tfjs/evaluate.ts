import * as tf from '@tensorflow/tfjs-core';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Graph } from '../../ir/graph.ts';
import type { LiveSet } from '../../ir/live.ts';
import { formatType, type Node, type Value } from '../../ir/value.ts';
import type { OpDef } from '../../ops/op-def.ts';
import type { Kernel } from './kernel.ts';
import { STORAGE } from './storage.ts';

/** Throws: unsupported, naming the first op or dtype of a graph that TensorFlow.js has not. */
export function checkSupported(
  graph: Graph,
  live: LiveSet,
  kernels: ReadonlyMap<OpDef, Kernel>,
  backend: string,
): void {
  const refuse = (fact: string) =>
    new WorkbenchError(
      'unsupported',
      `graph ${graph.name} on TensorFlow.js (${backend}): ${fact}; run it on ONNX Runtime.`,
    );
  for (const node of live.nodes) {
    const { name } = node.op.onnx;
    if (!kernels.has(node.op))
      throw refuse(`there is no kernel for ${name}(${node.inputs.map(formatType).join(', ')})`);
    for (const value of [...node.inputs, ...node.outputs]) {
      if (!STORAGE[value.dtype])
        throw refuse(`${name} takes or gives ${formatType(value)}, and ${value.dtype} is not there`);
    }
  }
  for (const value of [...live.inputs, ...live.constants]) {
    if (!STORAGE[value.dtype]) throw refuse(`${formatType(value)} is a dtype it has not`);
  }
}

/** Applies one node to the tensors of its inputs. */
export function applyNode(node: Node, known: ReadonlyMap<Value, tf.Tensor>, kernel: Kernel): readonly tf.Tensor[] {
  const inputs = node.inputs.map((input) => known.get(input)!);
  return tf.tidy(() => {
    const result = kernel({ inputs, types: node.inputs, outputs: node.outputs, attributes: node.attributes });
    // An own handle for each value, so that each can be disposed of when it is no longer needed.
    return (result instanceof tf.Tensor ? [result] : [...result]).map((each) =>
      inputs.includes(each) ? tf.clone(each) : each,
    );
  });
}

/**
 * Computes `nodes` in order, starting from `known`, and returns the values of `wanted`.
 *
 * Values made here are disposed of after their last use; those given in `known` stay the caller's.
 */
export function evaluate(
  nodes: readonly Node[],
  given: ReadonlyMap<Value, tf.Tensor>,
  wanted: readonly Value[],
  kernels: ReadonlyMap<OpDef, Kernel>,
): Map<Value, tf.Tensor> {
  const known = new Map(given);
  const lastUse = new Map<Value, Node>();
  for (const node of nodes) for (const input of node.inputs) lastUse.set(input, node);
  const keep = new Set([...wanted, ...given.keys()]);
  const drop = (value: Value) => {
    if (keep.has(value)) return;
    known.get(value)?.dispose();
    known.delete(value);
  };
  try {
    for (const node of nodes) {
      const results = applyNode(node, known, kernels.get(node.op)!);
      node.outputs.forEach((output, i) => known.set(output, results[i]));
      for (const input of node.inputs) if (lastUse.get(input) === node) drop(input);
      for (const output of node.outputs) if (!lastUse.has(output)) drop(output);
    }
    return known;
  } catch (error) {
    for (const [value, held] of known) if (!given.has(value)) held.dispose();
    throw error;
  }
}
