import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Graph } from '../ir/graph.ts';
import { liveSet } from '../ir/live.ts';
import { type Node, toTypedArray, type Value } from '../ir/value.ts';
import type { NdArray } from '../ops/op-def.ts';
import { checkFeeds, checkFetch, type Executable, type Runtime, unboundInputs } from './runtime.ts';
import type { Tensor } from './tensor.ts';

/** How one node is computed; another one than `computeNode` shows what a runtime of lower precision would give. */
export type NodeRule = (node: Node, inputs: readonly NdArray[]) => readonly NdArray['data'][];

export const computeNode: NodeRule = ({ op, outputs, attributes }, inputs) => op.ref({ inputs, outputs, attributes });

/** Evaluates values with the naive reference of each op, every float in double precision. */
export function interpret(
  graph: Graph,
  feeds: ReadonlyMap<Value, NdArray>,
  wanted: readonly Value[],
  compute: NodeRule = computeNode,
): NdArray[] {
  const { nodes, inputs, constants } = liveSet(graph, wanted);
  const known = new Map<Value, NdArray>();
  for (const input of inputs) {
    const fed = feeds.get(input);
    if (!fed)
      throw new WorkbenchError('invalid-input', `graph ${graph.name}: value ${input.id} is not fed; feed every input.`);
    known.set(input, fed);
  }
  for (const value of constants) {
    if (value.producer.kind === 'constant')
      known.set(value, toNdArray({ dtype: value.dtype, shape: value.shape, data: value.producer.data }));
  }
  const lastUse = new Map<Value, number>();
  for (const node of nodes) for (const input of node.inputs) lastUse.set(input, node.index);
  const keep = new Set(wanted);
  for (const node of nodes) {
    const results = compute(
      node,
      node.inputs.map((input) => known.get(input)!),
    );
    node.outputs.forEach((output, i) =>
      known.set(output, { dtype: output.dtype, shape: output.shape, data: results[i] }),
    );
    for (const input of node.inputs) if (lastUse.get(input) === node.index && !keep.has(input)) known.delete(input);
  }
  return wanted.map((value) => known.get(value)!);
}

export function toNdArray(tensor: Tensor): NdArray {
  const { dtype, shape, data } = tensor;
  return {
    dtype,
    shape,
    data: data instanceof BigInt64Array ? Float64Array.from(data, Number) : Float64Array.from(data),
  };
}

/** The naive interpreter as a runtime: slow, exact, for tests. */
export const referenceRuntime = referenceRuntimeOf(computeNode);

export function referenceRuntimeOf(compute: NodeRule): Runtime {
  return {
    name: 'reference',
    async compile(graph, options = {}): Promise<Executable> {
      const bound = new Map(Object.entries(options.bind ?? {}));
      const inputs = unboundInputs(graph, options);
      return {
        inputs,
        outputNames: [...graph.outputs.keys()],
        async run(feeds, { fetch, into } = {}) {
          checkFeeds(graph.name, inputs, feeds);
          const names = checkFetch(graph, fetch);
          const known = new Map<Value, NdArray>();
          for (const [name, value] of graph.inputs) {
            const fed = bound.get(name) ?? feeds[name];
            if (fed) known.set(value, toNdArray(fed));
          }
          const results = interpret(
            graph,
            known,
            names.map((name) => graph.outputs.get(name)!),
            compute,
          );
          return Object.fromEntries(
            results.map((result, i) => {
              const data = toTypedArray(result.dtype, result.data);
              const target = into?.[names[i]];
              if (target) target.data.set(data as never);
              return [names[i], target ?? { dtype: result.dtype, shape: result.shape, data }];
            }),
          );
        },
        async dispose() {},
      };
    },
  };
}
