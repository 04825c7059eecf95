import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { checkTypes, type Graph } from './graph.ts';
import { formatType, type Node, sameShape } from './value.ts';

/**
 * Checks a graph against the op table: order, dtypes, shapes, outputs.
 *
 * Throws: internal, naming the offending node with its inputs.
 */
export function verify(graph: Graph): void {
  if (graph.outputs.size === 0) throw defect(graph, 'it has no output');
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input.graph !== graph) throw defect(graph, `${describe(node)} takes a value of graph ${input.graph.name}`);
      if (input.producer.kind === 'node' && input.producer.index >= node.index) {
        throw defect(graph, `${describe(node)} comes before node ${input.producer.index}, whose result it takes`);
      }
    }
    const types = node.op.infer(checkTypes(node.op, node.inputs), node.attributes);
    types.forEach((type, i) => {
      const output = node.outputs[i];
      if (output?.dtype !== type.dtype || !sameShape(output.shape, type.shape)) {
        throw defect(graph, `${describe(node)} should give ${formatType(type)}`);
      }
    });
    for (const name of Object.keys(node.attributes)) {
      if (!node.op.attributes?.[name])
        throw defect(graph, `${describe(node)} has an attribute ${name} its op does not know`);
    }
  }
  for (const [name, value] of graph.outputs) {
    if (value.graph !== graph) throw defect(graph, `output ${name} belongs to another graph`);
  }
}

function describe(node: Node): string {
  const types = (values: Node['inputs']) => values.map(formatType).join(', ');
  return `node ${node.index} ${node.op.onnx.name}(${types(node.inputs)}) -> ${types(node.outputs)}`;
}

function defect(graph: Graph, fact: string): WorkbenchError {
  return new WorkbenchError('internal', `graph ${graph.name}: ${fact}.`);
}
