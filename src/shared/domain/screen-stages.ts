import { z } from 'zod';
import { Operator } from './screen.ts';

/** What a screen in stages says of itself in its summary. */
export const StagesSummary = z.object({
  /** Genes that were computed exactly in some cell. */
  exact: z.number().int(),
  agreement: z.array(
    z.object({
      operator: Operator,
      goal: z.string(),
      nCompared: z.number().int(),
      spearman: z.number().nullable(),
      slope: z.number(),
    }),
  ),
  fellBack: z.array(Operator),
  /** Only of adaptive stages. */
  adaptive: z
    .array(
      z.object({
        operator: Operator,
        rounds: z.number().int(),
        top: z.number().int(),
        goals: z.array(z.object({ goal: z.string(), nTop: z.number().int(), nSettled: z.number().int() })),
        nGenes: z.number().int(),
      }),
    )
    .optional(),
});
export type StagesSummary = z.infer<typeof StagesSummary>;
