import { setImmediate as nextTurn } from 'node:timers/promises';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

export interface LongReadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
}

/** Called after each block of a long job: tells how far it is, lets others run, and ends it when it was cancelled. */
export type Step = (bytes: number) => Promise<void>;

/** Throws (from the step): cancelled. */
export function longRead(subject: string, totalBytes: number, { signal, onProgress }: LongReadOptions): Step {
  let doneBytes = 0;
  return async (bytes) => {
    doneBytes = Math.min(doneBytes + bytes, totalBytes);
    onProgress?.({ doneBytes, totalBytes });
    await nextTurn();
    if (signal?.aborted) throw new WorkbenchError('cancelled', `${subject}: stopped; nothing was written.`);
  };
}
