import type { Graph } from '../ir/graph.ts';
import type { Value } from '../ir/value.ts';
import { add, div, minimum, mul, reduceSum, sqrt, sub } from '../ops/index.ts';
import type { Tensor } from '../runtime/tensor.ts';
import { type AdamWOptions, adamwCoefficients } from './adamw.ts';

/** A parameter, its gradient, and whether it decays. */
export interface GraphSlot {
  readonly name: string;
  readonly parameter: Value;
  readonly gradient: Value;
  readonly decays: boolean;
}

/** Names of the tensors one parameter adds to the graph. */
export const slotNames = {
  first: (name: string) => `adamw.first/${name}`,
  second: (name: string) => `adamw.second/${name}`,
  nextParameter: (name: string) => `adamw.next/${name}`,
  nextFirst: (name: string) => `adamw.nextFirst/${name}`,
  nextSecond: (name: string) => `adamw.nextSecond/${name}`,
};

/**
 * Adds AdamW as nodes, so that one run is a whole training step, and the outputs that carry the next state.
 *
 * The same formula as `adamwUpdate`; returns the global gradient norm.
 */
export function addAdamW(graph: Graph, slots: readonly GraphSlot[], options: AdamWOptions): Value {
  const squares = slots.map(({ gradient }) => mul(gradient, gradient));
  const norm = sqrt(squares.map((square) => reduceSum(square)).reduce((a, b) => add(a, b)));
  const clipped = Number.isFinite(options.clipNorm);
  // The small number keeps a gradient of zero from dividing by zero.
  const scale = clipped ? minimum(div(options.clipNorm, add(norm, 1e-30)), 1) : graph.constant(1);
  const scalar = (name: string) => graph.input(`adamw.${name}`, 'float32', []);
  const [stepSize, epsilon, shrink] = [scalar('stepSize'), scalar('epsilon'), scalar('shrink')];
  const takeFirst = mul(scale, 1 - options.beta1);
  const takeSecond = mul(mul(scale, scale), 1 - options.beta2);
  slots.forEach(({ name, parameter, gradient, decays }, i) => {
    const first = graph.input(slotNames.first(name), 'float32', parameter.shape);
    const second = graph.input(slotNames.second(name), 'float32', parameter.shape);
    const nextFirst = add(mul(first, options.beta1), mul(gradient, takeFirst));
    const nextSecond = add(mul(second, options.beta2), mul(squares[i], takeSecond));
    const change = mul(div(nextFirst, add(sqrt(nextSecond), epsilon)), stepSize);
    const kept = decays && options.weightDecay > 0 ? mul(parameter, shrink) : parameter;
    graph.output(slotNames.nextParameter(name), sub(kept, change));
    graph.output(slotNames.nextFirst(name), nextFirst);
    graph.output(slotNames.nextSecond(name), nextSecond);
  });
  return norm;
}

/** What the scalars of `addAdamW` are fed at a step, which counts from 1. */
export function adamwFeeds(options: AdamWOptions, step: number, rate: number): Record<string, Tensor> {
  const { stepSize, epsilon, shrink } = adamwCoefficients(options, step, rate, 0);
  return Object.fromEntries(
    Object.entries({ stepSize, epsilon, shrink }).map(([name, value]) => [
      `adamw.${name}`,
      { dtype: 'float32', shape: [], data: Float32Array.of(value) } satisfies Tensor,
    ]),
  );
}
