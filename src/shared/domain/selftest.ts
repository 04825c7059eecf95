import { z } from 'zod';
import { deviceField } from './device.ts';
import { field } from './field.ts';
import { JobError } from './job.ts';

export const SelftestConfig = z.object({
  fixture: field(z.string().min(1).optional(), {
    title: 'Reference numbers',
    help: 'Folder of reference numbers; without it those shipped with the workbench.',
    source: 'file',
  }),
  device: deviceField,
});
export type SelftestConfig = z.infer<typeof SelftestConfig>;

/** Agreement of this installation with the published code, by group of tensors. */
export const SelftestReport = z.object({
  passed: z.boolean(),
  device: z.string(),
  /** Runtime and what runs the graphs. */
  engine: z.string(),
  /** `built-in`, or the folder that was given. */
  fixture: z.string(),
  groups: z.array(
    z.object({
      group: z.string(),
      nTensors: z.number().int(),
      /** Tensor with the largest error. */
      worst: z.string().nullable(),
      /** Null when nothing could be compared. */
      largestError: z.number().nullable(),
      /** `absolute`: largest |a − b|; `relative`: ‖a − b‖ / ‖b‖ of the worst tensor. */
      measure: z.enum(['absolute', 'relative']),
      tolerance: z.number(),
      passed: z.boolean(),
      problems: z.array(z.string()),
    }),
  ),
  /** Groups whose numbers the folder lacks; they have not passed. */
  notChecked: z.array(z.string()),
  seconds: z.number(),
  /** Why it did not pass; null when it did. */
  failure: JobError.nullable(),
});
export type SelftestReport = z.infer<typeof SelftestReport>;
