import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { formatType, isFloat, type Node, sameShape, type Value } from '../ir/value.ts';
import { add, expand } from '../ops/index.ts';
import { addScatteredRows } from '../ops/scatter-add-rows.ts';

/**
 * Adds the nodes of d loss / d wrt to the loss's own graph and returns them in the order of `wrt`.
 *
 * Reverse accumulation: nodes are visited once, from the loss backwards; gradients that meet are added.
 * Throws: invalid-input when the loss is no scalar, or does not depend on one of `wrt`; unsupported at an op whose
 * derivative must not be asked for.
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  const { graph } = loss;
  if (loss.rank !== 0 || !isFloat(loss.dtype)) {
    throw new WorkbenchError(
      'invalid-input',
      `gradients: the loss is ${formatType(loss)}, it must be a float scalar; reduce it first.`,
    );
  }
  const active = dependents(loss, wrt);
  const arrived = new Map<Value, Value>();
  const give = (value: Value, gradient: Value): void => {
    if (!sameShape(value.shape, gradient.shape)) {
      throw new WorkbenchError(
        'internal',
        `gradients: ${formatType(gradient)} arrived at ${formatType(value)}; the rule of an op is wrong.`,
      );
    }
    const before = arrived.get(value);
    arrived.set(value, before ? join(before, gradient) : gradient);
  };
  give(loss, graph.constant(1, loss.dtype));
  // The rules append nodes to the graph, so the forward nodes are taken first.
  const forward = graph.nodes.slice(0, loss.producer.kind === 'node' ? loss.producer.index + 1 : 0).reverse();
  for (const node of forward) {
    if (!node.outputs.some((output) => arrived.has(output))) continue;
    const region = graph.gradientRegions.get(node.outputs[0]);
    if (region) {
      const thunks = region.rule(arrived.get(node.outputs[0])!);
      region.inputs.forEach((input, i) => active.has(input) && thunks[i] && give(input, thunks[i]()));
      continue;
    }
    if (!node.inputs.some((input) => active.has(input))) continue;
    const thunks = applyRule(node, arrived);
    node.inputs.forEach((input, i) => {
      const thunk = thunks[i];
      if (thunk && active.has(input)) give(input, thunk());
    });
  }
  return wrt.map((value) => {
    const gradient = arrived.get(value);
    if (gradient) return gradient;
    if (value.graph !== graph || !active.has(loss)) {
      throw new WorkbenchError(
        'invalid-input',
        `gradients: the loss does not depend on ${describe(value)}; leave it out.`,
      );
    }
    return expand(graph.constant(0, value.dtype), value.shape);
  });
}

function applyRule(node: Node, arrived: ReadonlyMap<Value, Value>): readonly ((() => Value) | null)[] {
  const { vjp, onnx } = node.op;
  if (typeof vjp === 'function') {
    return vjp({
      inputs: node.inputs,
      outputs: node.outputs,
      attributes: node.attributes,
      gradients: node.outputs.map((output) => arrived.get(output) ?? null),
    });
  }
  if (vjp.kind === 'zero') return node.inputs.map(() => null);
  throw new WorkbenchError(
    'unsupported',
    `gradients: ${onnx.name} has no derivative (${vjp.why}); cut the graph before it.`,
  );
}

/** The sum of two gradients. Rows scattered into zeros are scattered into the other one instead: two passes less. */
function join(a: Value, b: Value): Value {
  return addScatteredRows(a, b) ?? addScatteredRows(b, a) ?? add(a, b);
}

/** Float values on a path from one of `wrt` to the loss. */
function dependents(loss: Value, wrt: readonly Value[]): Set<Value> {
  const active = new Set<Value>(wrt);
  const last = loss.producer.kind === 'node' ? loss.producer.index : -1;
  for (const node of loss.graph.nodes.slice(0, last + 1)) {
    if (!node.inputs.some((input) => active.has(input))) continue;
    if (typeof node.op.vjp !== 'function' && node.op.vjp.kind === 'zero') continue;
    for (const output of node.outputs) if (isFloat(output.dtype)) active.add(output);
  }
  return active;
}

function describe(value: Value): string {
  return value.producer.kind === 'input' ? value.producer.name : `value ${value.id} (${formatType(value)})`;
}
