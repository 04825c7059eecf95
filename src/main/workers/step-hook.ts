import { setImmediate } from 'node:timers/promises';
import type { JobContext } from '#jobs/worker.ts';

/** Reports a part of a long step, lets a waiting message in, and ends the step there when the job was stopped. */
export async function reportStep(context: JobContext, ...progress: Parameters<JobContext['progress']>): Promise<void> {
  context.progress(...progress);
  await setImmediate();
  context.signal.throwIfAborted();
}
