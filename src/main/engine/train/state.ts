import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { formatType, sameShape } from '../ir/value.ts';
import type { Tensor } from '../runtime/tensor.ts';
import type { LossScale } from './loss-scale.ts';

/** Steps without an update, because their loss or gradient was not finite. */
export interface SkipCounts {
  readonly total: number;
  /** Since the last update. */
  readonly inRow: number;
}

/** Everything a training run needs to go on exactly where it stopped. */
export interface TrainingState {
  /** Steps taken, the skipped ones included. */
  readonly step: number;
  readonly skips: SkipCounts;
  /** Null where the loss is not scaled. */
  readonly lossScale: LossScale | null;
  /** Trained parameters only; frozen ones belong to the model a run starts from. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly first: Readonly<Record<string, Tensor>>;
  readonly second: Readonly<Record<string, Tensor>>;
}

export function copyTensors(tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, each]) => [name, { ...each, data: each.data.slice() }]),
  );
}

/** Throws: data-format when `given` does not hold exactly the tensors of `expected`. */
export function checkSameTensors(
  subject: string,
  given: Readonly<Record<string, Tensor>>,
  expected: Readonly<Record<string, Tensor>>,
): void {
  for (const [name, want] of Object.entries(expected)) {
    const have = given[name];
    if (!have) throw new WorkbenchError('data-format', `${subject}: ${name} is missing; use the state of this model.`);
    if (have.dtype !== want.dtype || !sameShape(have.shape, want.shape)) {
      throw new WorkbenchError(
        'data-format',
        `${subject}: ${name} is ${formatType(have)}, the model has ${formatType(want)}; use the state of this model.`,
      );
    }
  }
  const extra = Object.keys(given).find((name) => !(name in expected));
  if (extra !== undefined)
    throw new WorkbenchError(
      'data-format',
      `${subject}: ${extra} is not part of the model; use the state of this model.`,
    );
}
