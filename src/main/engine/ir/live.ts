import type { Graph } from './graph.ts';
import type { Node, Value } from './value.ts';

/** The nodes and sources that the wanted values depend on: nodes and inputs in the order of the graph, constants of first use. */
export interface LiveSet {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly constants: readonly Value[];
}

/** Dead-code elimination as a question: what must run for these values (all outputs where none are given). */
export function liveSet(graph: Graph, wanted: Iterable<Value> = graph.outputs.values()): LiveSet {
  const seen = new Set<Value>();
  const nodes = new Set<Node>();
  const roots = [...wanted];
  const stack = [...roots];
  while (stack.length > 0) {
    const value = stack.pop()!;
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.producer.kind === 'node' && !nodes.has(value.producer)) {
      nodes.add(value.producer);
      stack.push(...value.producer.inputs);
    }
  }
  const ordered = [...nodes].sort((a, b) => a.index - b.index);
  const constants = new Set(
    [...ordered.flatMap((node) => node.inputs), ...roots].filter((value) => value.producer.kind === 'constant'),
  );
  return {
    nodes: ordered,
    inputs: [...graph.inputs.values()].filter((value) => seen.has(value)),
    constants: [...constants],
  };
}
