import type { Tensor } from '../runtime/tensor.ts';
import type { AdamWCoefficients } from './adamw.ts';
import { plainState } from './plain-state.ts';
import { sharedState } from './shared-state.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** Parameters under training with moments and gradients, and AdamW's passes over all of them. */
export interface AdamWState {
  readonly parameters: Tensors;
  readonly first: Tensors;
  readonly second: Tensors;
  /** For a graph to write into. */
  readonly gradients: Tensors;
  /** Those of a further batch; there from the first call on. */
  further(): Tensors;
  /** gradients = before gradients + share further. */
  addFurther(before: number, share: number): void;
  /** Norm of all gradients together. */
  gradientNorm(): number;
  /** One step over all parameters, in place. */
  update(coefficients: AdamWCoefficients): void;
  dispose(): void;
}

export interface AdamWStateOptions {
  readonly decays: (name: string) => boolean;
  /** Threads for the passes; by default as many as help for so many parameters. */
  readonly nThreads?: number;
}

/**
 * A state that starts at copies of the given parameters, with moments of zero.
 *
 * Note: vector instructions over shared memory where everything fits into it (4 GiB), else loops over plain arrays; both
 * give the same bits.
 */
export function adamwState(parameters: Tensors, options: AdamWStateOptions): AdamWState {
  return sharedState(parameters, options) ?? plainState(parameters, options);
}
