import type { AdamWOptions } from '#engine/optim/adamw.ts';
import { constantSchedule, cosineSchedule, linearSchedule, type Schedule } from '#engine/optim/schedule.ts';
import type { FinetuneConfig } from '#shared/domain/training.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type Heads, type Model, parameterShapes } from './model.ts';

/** AdamW as the published training uses it. Source: spec/genecompass.md §3. */
export function optimiserOptions(options: { weightDecay: number; clipNorm: number }): AdamWOptions {
  return { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: options.weightDecay, clipNorm: options.clipNorm };
}

const SHAPES = { linear: linearSchedule, cosine: cosineSchedule, constant: constantSchedule };

/** The learning rate of each step. Note: a number of warm-up steps takes precedence over a share. */
export function scheduleOf(
  options: Pick<FinetuneConfig, 'learningRate' | 'schedule' | 'warmUpFraction' | 'warmUpSteps'>,
  totalSteps: number,
): Schedule {
  const { learningRate, schedule, warmUpFraction, warmUpSteps } = options;
  const warmupSteps = warmUpSteps ?? Math.round(warmUpFraction * totalSteps);
  return SHAPES[schedule]({ peak: learningRate, warmupSteps, totalSteps });
}

/** Matrices and embeddings decay; biases and layer-norm scales do not. */
export function decays(model: Pick<Model, 'config'>, heads: Heads, name: string): boolean {
  return (parameterShapes(model.config, heads).get(name)?.length ?? 0) > 1;
}

/** Steps after which a training writes its state where nothing else is said. */
export const CHECKPOINT_STEPS = 200;

/** Due after every so many steps. */
export function everySteps(n = CHECKPOINT_STEPS): (step: number) => boolean {
  return (step) => step % n === 0;
}

export function cancelled(what: string): WorkbenchError {
  return new WorkbenchError('cancelled', `${what}: it was cancelled; run it again to go on.`);
}
