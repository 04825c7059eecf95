import type { Graph } from '#engine/ir/graph.ts';
import type { Value } from '#engine/ir/value.ts';
import { type LoraWeights, tiedLoraWeight } from '#engine/nn/index.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { type Adapters, loraNames } from '../lora.ts';
import { type Heads, parameterShapes } from '../model.ts';

/** The trained tensors a graph uses, declared when first asked for; shared by every use. */
export class ParameterSet {
  readonly graph: Graph;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #adapters: Adapters | null;
  readonly #values = new Map<string, Value>();

  constructor(graph: Graph, config: ModelConfig, heads: Heads, adapters: Adapters | null = null) {
    this.graph = graph;
    this.#shapes = parameterShapes(config, heads);
    this.#adapters = adapters;
  }

  /** A tensor as the model computes with it: an adapted weight with its addition. */
  get(name: string): Value {
    const stored = this.stored(name);
    const adapter = name.endsWith('.weight') ? this.adapter(name.slice(0, -'.weight'.length)) : undefined;
    return adapter ? tiedLoraWeight(stored, adapter) : stored;
  }

  /** A tensor without the addition of an adapter. */
  stored(name: string): Value {
    let value = this.#values.get(name);
    if (!value) {
      const shape = this.#shapes.get(name) ?? this.#adapters?.shapes.get(name);
      if (!shape) throw new WorkbenchError('internal', `architecture: ${name} is not a parameter of this model.`);
      value = this.graph.parameter(name, shape);
      this.#values.set(name, value);
    }
    return value;
  }

  /** The adapter of a linear layer, if it has one. */
  adapter(layer: string): LoraWeights | undefined {
    const [down, up] = [loraNames.down(layer), loraNames.up(layer)];
    if (!this.#adapters?.shapes.has(down)) return undefined;
    return { down: this.stored(down), up: this.stored(up), scale: this.#adapters.scale };
  }

  /** Parameters in use, in the order they were first asked for. */
  get used(): ReadonlyMap<string, Value> {
    return this.#values;
  }
}
