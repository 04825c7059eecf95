import { ATTRIBUTE_TYPES, DATA_TYPES, type NodeMessage } from './schema.ts';

const FLOAT16 = 10;

/**
 * Writes products of matrices in float16: factors are rounded to it, the result comes back as float32.
 *
 * Everything between the products (norms, softmax, sums, losses, the optimiser) stays float32, and so does every input
 * and output of the graph. A bias is added after the product, in float32.
 * Source: Micikevicius and others 2018, section 3: float32 master weights, float16 products.
 */
export class HalfProducts {
  readonly #halves = new Map<string, string>();

  /** The nodes that stand for one float32 product, in order. */
  rewrite(node: NodeMessage): NodeMessage[] {
    const [a, b, bias] = node.input;
    const [result] = node.output;
    const casts = [a, b].flatMap((name) => this.#cast(name));
    const [half, plain] = [`${result}%half`, bias === undefined ? result : `${result}%product`];
    const product = { ...node, input: [this.#halves.get(a)!, this.#halves.get(b)!], output: [half] };
    const nodes = [...casts, product, castNode(half, plain, DATA_TYPES.float32)];
    if (bias !== undefined) {
      nodes.push({ name: `${node.name}_bias`, opType: 'Add', input: [plain, bias], output: [result], attribute: [] });
    }
    return nodes;
  }

  /** A factor of several products is rounded once. */
  #cast(name: string): NodeMessage[] {
    if (this.#halves.has(name)) return [];
    const half = `${name}%factor`;
    this.#halves.set(name, half);
    return [castNode(name, half, FLOAT16)];
  }
}

function castNode(from: string, to: string, dataType: number): NodeMessage {
  const attribute = [{ name: 'to', type: ATTRIBUTE_TYPES.int, i: dataType }];
  return { name: `cast ${to}`, opType: 'Cast', input: [from], output: [to], attribute };
}
