import { type PlannedBatch, planEpoch } from './batching.ts';

export interface CursorOptions {
  readonly cells: Int32Array;
  readonly lengths: Int32Array;
  readonly batchSize: number;
  /** Batches of one step; the last step of an epoch has what is left. */
  readonly accumulateBatches: number;
  readonly maxLength: number;
  readonly seed: number;
  /** Number of the first epoch, from which its order is drawn. */
  readonly firstEpoch: number;
}

/** The batches of each step of a training: a pure function of the step, so that a stopped run needs only its number. */
export class BatchCursor {
  readonly stepsPerEpoch: number;
  readonly #options: CursorOptions;
  #plan: { epoch: number; batches: PlannedBatch[] } | null = null;

  constructor(options: CursorOptions) {
    const { cells, batchSize, accumulateBatches } = options;
    this.#options = options;
    this.stepsPerEpoch = Math.ceil(Math.ceil(cells.length / batchSize) / accumulateBatches);
  }

  /** Epoch of a step, which counts from 1. */
  epochOf(step: number): number {
    return this.#options.firstEpoch + Math.floor((step - 1) / this.stepsPerEpoch);
  }

  batchesOf(step: number): PlannedBatch[] {
    const { cells, lengths, accumulateBatches } = this.#options;
    const epoch = this.epochOf(step);
    if (this.#plan?.epoch !== epoch) {
      this.#plan = { epoch, batches: planEpoch(cells, lengths, { ...this.#options, epoch }) };
    }
    const first = ((step - 1) % this.stepsPerEpoch) * accumulateBatches;
    return this.#plan.batches.slice(first, first + accumulateBatches);
  }
}
