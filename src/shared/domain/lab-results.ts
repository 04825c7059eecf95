import { z } from 'zod';
import { field } from './field.ts';
import { ArtifactId } from './ids.ts';
import { RankingMethod } from './ranking.ts';
import { RankingWeights } from './witness.ts';

export const LabResultsConfig = z.object({
  ranking: field(z.string().min(1).max(64), { title: 'Ranking', help: 'The ranking whose genes were tested.' }),
  input: field(z.string().min(1), {
    title: 'Results',
    help: 'A table (CSV, TSV or Excel) with a line for each tested gene or well: the gene, and whether it was a hit or how strong the effect was.',
    source: 'file',
  }),
  geneColumn: field(z.string().min(1).optional(), {
    title: 'Gene column',
    help: 'Left out: the first column with a name such as gene, symbol or ensembl_id.',
    advanced: true,
  }),
  outcomeColumn: field(z.string().min(1).optional(), {
    title: 'Outcome column',
    help: 'Left out: the first column with a name such as hit, outcome, result or effect.',
    advanced: true,
  }),
  threshold: field(z.number().optional(), {
    title: 'Hit from',
    help: 'Where outcomes are measured: the value from which a gene counts as a hit. Several lines of a gene are averaged first. Decide it before you look at the ranking.',
  }),
  cut: field(z.number().int().min(1).max(1000).default(50), {
    title: 'Cut',
    help: 'How many genes from the top of a ranking count as predicted.',
    unit: 'genes',
  }),
});
export type LabResultsConfig = z.infer<typeof LabResultsConfig>;

/** A share with its 95 % interval; null where nothing was counted. */
export const Share = z
  .object({ n: z.number().int(), of: z.number().int(), low: z.number(), high: z.number() })
  .nullable();
export type Share = z.infer<typeof Share>;

/** A tested gene that the ranking has. */
export const TestedGene = z.object({
  geneId: z.string(),
  symbol: z.string(),
  rank: z.number().int(),
  isHit: z.boolean(),
  /** Mean of its measured lines; null for yes and no. */
  value: z.number().nullable(),
  nLines: z.number().int(),
  /** Its rank with the learned weights; null where none were learned. */
  rankAfter: z.number().int().nullable(),
});
export type TestedGene = z.infer<typeof TestedGene>;

/** Tested genes of like predicted probability: what was said of them and what came. */
export const ReliabilityBin = z.object({
  n: z.number().int(),
  predicted: z.number(),
  observed: z.number(),
  low: z.number(),
  high: z.number(),
});
export type ReliabilityBin = z.infer<typeof ReliabilityBin>;

/** How well held-out outcomes were foretold. */
export const ForecastScore = z.object({
  /** Mean negative log-likelihood; smaller is better. */
  logLoss: z.number(),
  /** Mean squared error of the probability. */
  brier: z.number(),
});
export type ForecastScore = z.infer<typeof ForecastScore>;

export const CalibrationReport = z.object({
  ranking: ArtifactId,
  cut: z.number().int(),
  nLines: z.number().int(),
  /** Names that are no gene of the ranking: controls, and genes it does not hold. */
  unmatched: z.array(z.string()),
  nTested: z.number().int(),
  nHits: z.number().int(),
  /** Hits among the tested genes within the first of the ranking, by depth. */
  precision: z.array(z.object({ depth: z.number().int(), hits: Share })),
  methods: z.array(
    z.object({
      method: RankingMethod,
      /** Hits among its tested genes within the cut. */
      precision: Share,
      /** Of all hits, those within its cut. */
      recall: Share,
      /** Probability that a hit stands above a miss; 0.5 is chance. */
      auc: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    }),
  ),
  /** Probabilities of the old order and of the learned weights, for genes that had no part in the fit. */
  reliability: z.object({ before: z.array(ReliabilityBin), after: z.array(ReliabilityBin) }),
  scores: z.object({ base: ForecastScore, before: ForecastScore, after: ForecastScore }).nullable(),
  weightsBefore: RankingWeights,
  /** Null where there was too little to learn from. */
  weightsAfter: RankingWeights.nullable(),
  /** Held-out outcomes were foretold better with the learned weights, by more than the standard error of the gain. */
  isBetter: z.boolean(),
  /** Plain words: what was learned, or why nothing was. */
  verdict: z.string(),
  warnings: z.array(z.string()),
  genes: z.array(TestedGene),
});
export type CalibrationReport = z.infer<typeof CalibrationReport>;
