import type { JobProgress } from '#shared/domain/job.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

type WorkEvent<T> = { type: 'progress'; progress: JobProgress } | { type: 'done'; result: T };

/** Reads a stream of work to its result. Throws: what the work throws; `unavailable` where it ends without a result. */
export async function followWork<T>(
  stream: AsyncIterable<WorkEvent<T>>,
  onProgress: (progress: JobProgress) => void,
): Promise<T> {
  for await (const event of stream) {
    if (event.type === 'done') return event.result;
    onProgress(event.progress);
  }
  throw new WorkbenchError('unavailable', 'The work: it ended without a result; start it again.');
}
