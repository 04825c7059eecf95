import { z } from 'zod';

/** good: nothing speaks against it. caution: read the sentence first. bad: do not build on this before it is mended. */
export const CheckVerdict = z.enum(['good', 'caution', 'bad']);
export type CheckVerdict = z.infer<typeof CheckVerdict>;

/** One thing to know before believing a ranking; window, report and CSV show the same list. */
export const RankingCheck = z.object({
  id: z.string(),
  verdict: CheckVerdict,
  /** The number the verdict rests on; null where it could not be measured. */
  value: z.number().nullable(),
  /** Plain words: what was found and what to do next. */
  sentence: z.string(),
});
export type RankingCheck = z.infer<typeof RankingCheck>;

/** What statistics beyond the mean effect say of one gene. */
export const GeneStatistics = z.object({
  /** Start cells whose read-out the perturbation changes at all. */
  cellsMoved: z.number().int(),
  /** Whether the test against null genes was made: a gene that moves fewer than three cells is not tested. */
  isTested: z.boolean(),
  /** Share of null genes moved at least as far, counted: (k + 1) / (n + 1). */
  countedPValue: z.number(),
  /** Effect on the goal minus the mean effect on the other states; null where the screen has no other. */
  specificEffect: z.number().nullable(),
  /** Two-sided t test over donors' means that the effect is not 0; null where donors are not the replicate. */
  donorPValue: z.number().nullable(),
  /** The same by a mixed model over cells with a random intercept per donor. */
  mixedEffect: z.number().nullable(),
  mixedPValue: z.number().nullable(),
  /** Share of the variance of a cell's effect that is its donor's. */
  donorShare: z.number().nullable(),
  /** Middle 90 % of the rank by effect over new draws of the start cells. */
  rankLow: z.number().nullable(),
  rankHigh: z.number().nullable(),
  /** How often the gene is among the first 50 over those draws, 0 to 1. */
  topShare: z.number().nullable(),
  /** False discovery rate among the genes chosen in advance; null for a gene that is none of them. */
  chosenFdr: z.number().nullable(),
  /** Replicates (donors or start cells) behind the effect; null in older rankings. */
  nReplicates: z.number().int().nullable().default(null),
  /** Donors whose mean effect has the sign of the effect; null where donors are not the replicate and in older rankings. */
  donorsAgree: z.number().int().nullable().default(null),
  /** Spearman of a start cell's effect with its counts, within donors; null in older rankings and where nothing varies. */
  librarySizeCorrelation: z.number().nullable().default(null),
  /** Over all ranked genes. */
  librarySizeFdr: z.number().nullable().default(null),
});
export type GeneStatistics = z.infer<typeof GeneStatistics>;

/** The user's list of genes, chosen before the result was seen, tested by itself. */
export const ChosenGenes = z.object({
  nTested: z.number().int(),
  nSignificant: z.number().int(),
  /** Names that are no ranked gene. */
  notRanked: z.array(z.string()),
  /** Do the chosen genes as a group move cells otherwise than null genes do? */
  rankSumPValue: z.number(),
  permutationPValue: z.number(),
});
export type ChosenGenes = z.infer<typeof ChosenGenes>;

/** What a replicate is, and how the interval of an effect was made. */
export const ReplicateUse = z.object({
  unit: z.enum(['donor', 'cell']),
  n: z.number().int(),
  /** `t`: Student over donors' means; `bootstrap`: percentiles over resampled replicates. */
  interval: z.enum(['t', 'bootstrap']),
});
export type ReplicateUse = z.infer<typeof ReplicateUse>;
