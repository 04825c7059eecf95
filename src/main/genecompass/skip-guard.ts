import type { SkipCounts } from '#engine/train/state.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/**
 * Steps without a finite loss in a row after which a training fails.
 *
 * Note: a cell with an impossible value spoils the one step it is in, and cells of an epoch come in random order; so many
 * in a row mean that the weights, the rate or the data as a whole are broken.
 */
export const MAX_SKIPS_IN_ROW = 10;

/** A step that changed nothing, because its loss or its gradient is not finite. */
export interface StepSkip {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** Skipped since the last good step, this one included. */
  readonly inRow: number;
}

/** What a log says of a skipped step. */
export function skipWarning({ step, loss, gradientNorm }: StepSkip): string {
  return `step ${step} was left out: its loss is ${loss} and its gradient norm ${gradientNorm}; the weights are those before it.`;
}

/** Whether a training has to fail: too many skipped steps in a row, or all of a run's. */
export function isHopeless(skips: SkipCounts, stepsDone: number, totalSteps: number): boolean {
  return skips.inRow >= MAX_SKIPS_IN_ROW || (skips.total === stepsDone && stepsDone === totalSteps && totalSteps > 0);
}

export function hopeless(what: string, { inRow }: SkipCounts, step: number): WorkbenchError {
  return new WorkbenchError(
    'numeric',
    `${what}: ${inRow} steps in a row, up to step ${step}, have no finite loss and gradient; the state of the last good ` +
      'step is kept. Use a lower learning rate, or look for impossible values in these cells.',
    { details: { step, skippedInRow: inRow } },
  );
}
