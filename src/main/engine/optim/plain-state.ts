import { type Tensor, zeros } from '../runtime/tensor.ts';
import { adamwUpdate, sumOfSquares } from './adamw.ts';
import type { AdamWState, AdamWStateOptions, Tensors } from './adamw-state.ts';

/** AdamW by loops over one array per tensor: for any size, and what the vector kernels are compared with. */
export function plainState(given: Tensors, { decays }: AdamWStateOptions): AdamWState {
  const names = Object.keys(given);
  const each = (tensorOf: (tensor: Tensor) => Tensor) =>
    Object.fromEntries(names.map((name) => [name, tensorOf(given[name])]));
  const empty = () => each(({ shape }) => zeros(shape));
  const parameters = each((tensor) => ({ ...tensor, data: tensor.data.slice() }));
  const [first, second, gradients] = [empty(), empty(), empty()];
  let further: Record<string, Tensor> | undefined;
  const numbers = (tensors: Tensors, name: string) => tensors[name].data as Float32Array;
  return {
    parameters,
    first,
    second,
    gradients,
    further: () => (further ??= empty()),
    addFurther(before, share) {
      if (!further) return;
      for (const name of names) {
        const [total, more] = [numbers(gradients, name), numbers(further, name)];
        for (let i = 0; i < total.length; i++) total[i] = before * total[i] + share * more[i];
      }
    },
    gradientNorm: () => Math.sqrt(names.reduce((total, name) => total + sumOfSquares(numbers(gradients, name)), 0)),
    update(coefficients) {
      for (const name of names) {
        const slot = {
          parameter: numbers(parameters, name),
          first: numbers(first, name),
          second: numbers(second, name),
          decays: decays(name),
        };
        adamwUpdate(slot, numbers(gradients, name), coefficients);
      }
    },
    dispose: () => undefined,
  };
}
