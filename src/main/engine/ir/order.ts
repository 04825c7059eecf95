import type { Node } from './value.ts';

/**
 * The same nodes, those that nothing else needs at the end, latest first: as ONNX Runtime should read them.
 *
 * ONNX Runtime orders nodes by a depth-first search that begins at the last node without successors. In a training graph those
 * are the gradients. Begun with that of the lowest layer, the search keeps the activations and derivatives of all layers
 * until it comes to their gradients; so the gradient known first, that of the highest layer, is put last.
 */
export function leavesReversed(nodes: readonly Node[]): Node[] {
  const isLeaf = leafTest(nodes);
  return [...nodes.filter((node) => !isLeaf(node)), ...nodes.filter(isLeaf).reverse()];
}

/** Order in which ONNX Runtime runs nodes it is given in this order: before it fuses any, which changes little. */
export function runOrder(nodes: readonly Node[]): Node[] {
  const isLeaf = leafTest(nodes);
  const place = new Map(nodes.map((node, i) => [node, i]));
  const order: Node[] = [];
  const entered = new Set<Node>();
  const stack = nodes.filter(isLeaf).map((node) => ({ node, isDone: false }));
  while (stack.length > 0) {
    const { node, isDone } = stack.pop()!;
    if (isDone) order.push(node);
    else if (!entered.has(node)) {
      entered.add(node);
      stack.push({ node, isDone: true });
      const needs = new Set(node.inputs.flatMap(({ producer }) => (producer.kind === 'node' ? [producer] : [])));
      const waiting = [...needs].filter((each) => !entered.has(each));
      for (const each of waiting.sort((a, b) => place.get(a)! - place.get(b)!))
        stack.push({ node: each, isDone: false });
    }
  }
  return order;
}

function leafTest(nodes: readonly Node[]): (node: Node) => boolean {
  const needed = new Set(nodes.flatMap(({ inputs }) => inputs));
  return (node) => !node.outputs.some((output) => needed.has(output));
}
