import type { Graph } from './graph.ts';
import { liveSet } from './live.ts';
import { type AttributeValue, formatType, type Node, type Value } from './value.ts';

/** The live part of a graph as text, one line per tensor, in an order and with names that do not depend on ids. */
export function printGraph(graph: Graph): string {
  const { inputs, constants, nodes } = liveSet(graph);
  const names = new Map<Value, string>();
  const lines = [`graph ${graph.name}`];
  for (const value of inputs) {
    if (value.producer.kind !== 'input') continue;
    names.set(value, value.producer.name);
    lines.push(
      `  ${value.producer.role === 'parameter' ? 'parameter' : 'input'} ${value.producer.name}: ${formatType(value)}`,
    );
  }
  constants.forEach((value, i) => {
    names.set(value, value.rank === 0 ? scalarText(value) : `#${i}`);
    if (value.rank > 0) lines.push(`  constant #${i}: ${formatType(value)}`);
  });
  let count = 0;
  for (const node of nodes) {
    for (const output of node.outputs) names.set(output, `%${count++}`);
    lines.push(`  ${line(node, names)}`);
  }
  for (const [name, value] of graph.outputs) lines.push(`  output ${name}: ${names.get(value)}`);
  return lines.join('\n');
}

function line(node: Node, names: ReadonlyMap<Value, string>): string {
  const outputs = node.outputs.map((output) => `${names.get(output)}: ${formatType(output)}`).join(', ');
  // In the order of the op table; a float as ONNX stores it.
  const attributes = Object.entries(node.op.attributes ?? {}).flatMap(([name, kind]) => {
    const value = node.attributes[name];
    if (value === undefined) return [];
    return [`${name}=${attributeText(kind === 'float' ? Math.fround(value as number) : value)}`];
  });
  return `${outputs} = ${node.op.onnx.name}(${[...node.inputs.map((input) => names.get(input)), ...attributes].join(', ')})`;
}

function attributeText(value: AttributeValue): string {
  return Array.isArray(value) ? `[${value.join(',')}]` : String(value);
}

function scalarText(value: Value): string {
  return value.producer.kind === 'constant' ? `${value.producer.data[0]}:${value.dtype}` : '';
}
