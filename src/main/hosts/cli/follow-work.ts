import type { JobProgress } from '#shared/domain/job.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { ProgressPrinter, type MessageStream } from './progress-printer.ts';

type WorkEvent = { type: 'progress'; progress: JobProgress } | { type: 'done'; result: unknown };

/**
 * Prints how far work without a job is and returns its result.
 *
 * Throws: what the work throws; `internal` when it ends without a result.
 */
export async function followWork(events: AsyncIterable<WorkEvent>, messages: MessageStream): Promise<unknown> {
  const printer = new ProgressPrinter(messages);
  try {
    for await (const event of events) {
      if (event.type === 'done') return event.result;
      printer.progress(event.progress);
    }
  } finally {
    printer.end();
  }
  throw new WorkbenchError('internal', 'Work: it ended without a result; try again.');
}
