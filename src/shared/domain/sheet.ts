import { z } from 'zod';

/** A table of a workbook. */
export const Sheet = z.object({
  name: z.string(),
  columns: z.array(
    z.object({ title: z.string(), kind: z.enum(['text', 'integer', 'number']), width: z.number().optional() }),
  ),
  /** Null leaves a cell empty. */
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
});
export type Sheet = z.infer<typeof Sheet>;
