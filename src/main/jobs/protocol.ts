import { z } from 'zod';
import { ArtifactId, JobId } from '#shared/domain/ids.ts';
import { JobError, JobKind, JobProgress } from '#shared/domain/job.ts';
import { WorkerEvent } from './worker-event.ts';

/** What the host says to the engine child. The data key travels here and nowhere else. */
export const ToChild = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), path: z.string(), dataKey: z.instanceof(Uint8Array) }),
  z.object({ type: z.literal('release') }),
  z.object({ type: z.literal('run'), jobId: JobId, kind: JobKind, input: z.unknown() }),
  z.object({ type: z.literal('stop'), jobId: JobId, reason: z.enum(['cancel', 'pause']) }),
  z.object({ type: z.literal('call'), callId: z.number().int(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('stop-call'), callId: z.number().int() }),
]);
export type ToChild = z.infer<typeof ToChild>;

/** What the engine child says to its host. */
export const ToHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('opened') }),
  z.object({ type: z.literal('not-opened'), error: JobError }),
  z.object({ type: z.literal('released') }),
  z.object({ type: z.literal('event'), jobId: JobId, event: WorkerEvent }),
  z.object({ type: z.literal('done'), jobId: JobId, outputs: z.array(ArtifactId) }),
  z.object({ type: z.literal('failed'), jobId: JobId, error: JobError }),
  z.object({ type: z.literal('stopped'), jobId: JobId }),
  z.object({ type: z.literal('call-progress'), callId: z.number().int(), progress: JobProgress }),
  z.object({ type: z.literal('answer'), callId: z.number().int(), output: z.unknown() }),
  z.object({ type: z.literal('no-answer'), callId: z.number().int(), error: JobError }),
]);
export type ToHost = z.infer<typeof ToHost>;
