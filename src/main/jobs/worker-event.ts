import { z } from 'zod';
import { JobEvent, JobProgress } from '#shared/domain/job.ts';

const [, LogEvent, MetricEvent, PartialResultEvent] = JobEvent.options;
const stamped = { seq: true, at: true } as const;

/** What a worker tells; number and time are added where it is written down. Only progress may be lost. */
export const WorkerEvent = z.discriminatedUnion('type', [
  LogEvent.omit(stamped),
  MetricEvent.omit(stamped),
  PartialResultEvent.omit(stamped),
  z.object({ type: z.literal('progress'), progress: JobProgress }),
]);
export type WorkerEvent = z.infer<typeof WorkerEvent>;

export type LosslessEvent = Exclude<WorkerEvent, { type: 'progress' }>;
