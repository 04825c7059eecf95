import type { Graph } from '#engine/ir/graph.ts';
import type { Value } from '#engine/ir/value.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { type Heads, parameterShapes } from '../model.ts';

/** The trained tensors a graph uses, declared when first asked for; shared by every use. */
export class ParameterSet {
  readonly graph: Graph;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #values = new Map<string, Value>();

  constructor(graph: Graph, config: ModelConfig, heads: Heads) {
    this.graph = graph;
    this.#shapes = parameterShapes(config, heads);
  }

  get(name: string): Value {
    let value = this.#values.get(name);
    if (!value) {
      const shape = this.#shapes.get(name);
      if (!shape) throw new WorkbenchError('internal', `architecture: ${name} is not a parameter of this model.`);
      value = this.graph.parameter(name, shape);
      this.#values.set(name, value);
    }
    return value;
  }

  /** Parameters in use, in the order they were first asked for. */
  get used(): ReadonlyMap<string, Value> {
    return this.#values;
  }
}
