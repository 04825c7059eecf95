import type { AdamWOptions } from '#engine/optim/adamw.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type Heads, type Model, parameterShapes } from './model.ts';

/** AdamW as the published training uses it. Source: spec/genecompass.md §3. */
export function optimiserOptions(options: { weightDecay: number; clipNorm: number }): AdamWOptions {
  return { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: options.weightDecay, clipNorm: options.clipNorm };
}

/** Matrices and embeddings decay; biases and layer-norm scales do not. */
export function decays(model: Pick<Model, 'config'>, heads: Heads, name: string): boolean {
  return (parameterShapes(model.config, heads).get(name)?.length ?? 0) > 1;
}

export function cancelled(what: string): WorkbenchError {
  return new WorkbenchError('cancelled', `${what}: it was cancelled; run it again to go on.`);
}
