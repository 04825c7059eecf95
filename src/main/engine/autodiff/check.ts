import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';
import type { Value } from '../ir/value.ts';
import type { NdArray } from '../ops/op-def.ts';
import { interpret } from '../runtime/reference.ts';
import { gradients } from './gradients.ts';

export interface GradientCheck {
  /** Largest |derivative - finite difference| / (1 + |finite difference|) over all elements that were tried. */
  readonly worst: number;
  readonly tried: number;
}

/**
 * Compares `gradients` with central finite differences, both through the float64 reference.
 *
 * At most `perValue` elements of each tensor are tried, drawn from a fixed seed.
 */
export function checkGradients(
  loss: Value,
  wrt: readonly Value[],
  feeds: ReadonlyMap<Value, NdArray>,
  { step = 1e-5, perValue = 40 }: { step?: number; perValue?: number } = {},
): GradientCheck {
  const { graph } = loss;
  const derivatives = interpret(graph, feeds, gradients(loss, wrt));
  let worst = 0;
  let tried = 0;
  wrt.forEach((value, i) => {
    const fed = feeds.get(value);
    if (!fed) throw new WorkbenchError('invalid-input', `gradient check: value ${value.id} is not fed; feed it.`);
    const at = (index: number, shift: number): number => {
      const data = Float64Array.from(fed.data);
      data[index] += shift;
      return interpret(graph, new Map(feeds).set(value, { ...fed, data }), [loss])[0].data[0];
    };
    for (const index of new CounterRandom(0, i).permutation(fed.data.length).subarray(0, perValue)) {
      const difference = (at(index, step) - at(index, -step)) / (2 * step);
      worst = Math.max(worst, Math.abs(derivatives[i].data[index] - difference) / (1 + Math.abs(difference)));
      if (Number.isNaN(derivatives[i].data[index]) || Number.isNaN(difference)) worst = Number.POSITIVE_INFINITY;
      tried++;
    }
  });
  return { worst, tried };
}
