import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { gradients } from '../autodiff/gradients.ts';
import { Graph } from '../ir/graph.ts';
import type { Value } from '../ir/value.ts';
import type { AdamWOptions } from '../optim/adamw.ts';
import { mul } from '../ops/index.ts';
import { addAdamW } from '../optim/adamw-graph.ts';

/** What a model adds to a graph. The loss is a scalar; `aux` are further outputs to report. */
export interface BuiltLoss {
  readonly loss: Value;
  readonly aux?: Readonly<Record<string, Value>>;
}

export type Mode = 'train' | 'evaluate';

/** Prefixes of output names. */
export const AUX = 'aux/';
export const GRADIENT = 'gradient/';
export const LOSS_SCALE = 'loss scale';

export interface StepGraphOptions {
  readonly build: (graph: Graph, mode: Mode) => BuiltLoss;
  /** Names of the parameters that get a gradient. */
  readonly trained: readonly string[];
  readonly decays: (name: string) => boolean;
  readonly optimizer: AdamWOptions;
  readonly placement: 'host' | 'graph';
  /** Adds the input `LOSS_SCALE`, by which the gradients are multiplied; the loss itself is not. */
  readonly scalesLoss: boolean;
}

/**
 * The graph of one batch shape: loss and reports, and in training the gradients or the whole AdamW step.
 *
 * Throws: internal when a trained parameter is not in the graph.
 */
export function stepGraph(name: string, mode: Mode, options: StepGraphOptions): Graph {
  const graph = new Graph(name);
  const { loss, aux = {} } = options.build(graph, mode);
  graph.output('loss', loss);
  for (const [key, value] of Object.entries(aux)) graph.output(AUX + key, value);
  if (mode === 'evaluate') return graph;
  const parameters = options.trained.map((key) => {
    const value = graph.inputs.get(key);
    if (!value) {
      throw new WorkbenchError('internal', `trainer: parameter ${key} is not in the graph; freeze it or use it.`);
    }
    return value;
  });
  const scaled = options.scalesLoss ? mul(loss, graph.input(LOSS_SCALE, 'float32', [])) : loss;
  const derivatives = gradients(scaled, parameters);
  if (options.placement === 'host') {
    options.trained.forEach((key, i) => graph.output(GRADIENT + key, derivatives[i]));
    return graph;
  }
  const slots = options.trained.map((key, i) => ({
    name: key,
    parameter: parameters[i],
    gradient: derivatives[i],
    decays: options.decays(key),
  }));
  graph.output('gradientNorm', addAdamW(graph, slots, options.optimizer));
  return graph;
}
