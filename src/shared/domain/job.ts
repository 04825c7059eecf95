import { z } from 'zod';
import { errorCodes } from '../errors/codes.ts';
import { ArtifactId, JobId } from './ids.ts';

/** One worker each, in `src/main/workers`. */
export const JobKind = z.enum([
  'import',
  'quality',
  'preprocess',
  'import-tokens',
  'layout',
  'markers',
  'annotate',
  'pretrain',
  'finetune',
  'screen',
  'ranking',
  'consensus',
  'follow-up',
  'embed',
]);
export type JobKind = z.infer<typeof JobKind>;

export const JobState = z.enum(['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled', 'parked']);
export type JobState = z.infer<typeof JobState>;

export const JobError = z.object({
  code: z.enum(errorCodes as [(typeof errorCodes)[number], ...(typeof errorCodes)[number][]]),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** Latest wins, at most ten a second; `null` means not known yet. */
export const JobProgress = z.object({
  stage: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  unit: z.string(),
  ratePerSecond: z.number().nullable(),
  etaMs: z.number().nullable(),
  memoryBytes: z.number().nullable(),
});
export type JobProgress = z.infer<typeof JobProgress>;

/** `seq` grows by one for every lossless event of a job; `progress` carries the seq of the last lossless event. */
export const JobEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('state'),
    seq: z.number().int(),
    at: z.string(),
    state: JobState,
    error: JobError.optional(),
  }),
  z.object({
    type: z.literal('log'),
    seq: z.number().int(),
    at: z.string(),
    level: z.enum(['info', 'warn']),
    message: z.string(),
  }),
  z.object({
    type: z.literal('metric'),
    seq: z.number().int(),
    at: z.string(),
    series: z.string(),
    step: z.number(),
    value: z.number(),
  }),
  z.object({
    type: z.literal('partial-result'),
    seq: z.number().int(),
    at: z.string(),
    result: z.record(z.string(), z.unknown()),
  }),
  z.object({ type: z.literal('progress'), seq: z.number().int(), at: z.string(), progress: JobProgress }),
]);
export type JobEvent = z.infer<typeof JobEvent>;

export const Job = z.object({
  id: JobId,
  kind: JobKind,
  title: z.string(),
  state: JobState,
  input: z.record(z.string(), z.unknown()),
  /** Artifacts the job made, in order. */
  outputs: z.array(ArtifactId),
  error: JobError.optional(),
  attempts: z.number().int(),
  position: z.number(),
  createdAt: z.string(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  progress: JobProgress.optional(),
});
export type Job = z.infer<typeof Job>;
