import { z } from 'zod';

/** Where a gene stands in the start cells before and after it is perturbed. Ranks begin at 1. */
export const RankMove = z.object({
  /** Genes the model reads of a start cell; median. */
  nGenes: z.number().int(),
  /** Start cells looked at. */
  nCells: z.number().int(),
  /** Of them, those in which the model reads the gene; its median rank there. */
  nBefore: z.number().int(),
  before: z.number().int().nullable(),
  /** Cells in which the operator has a meaning. */
  nApplied: z.number().int(),
  /** Of them, those in which the model reads the gene afterwards; its median rank there. */
  nAfter: z.number().int(),
  after: z.number().int().nullable(),
});
export type RankMove = z.infer<typeof RankMove>;
