import { z } from 'zod';
import { field } from './field.ts';
import { ChosenGenes, GeneStatistics, RankingCheck, ReplicateUse } from './ranking-checks.ts';
import { GroupSummary } from './group-effect.ts';
import { GeneEvidence, GoalCellType } from './gene-evidence.ts';
import { RankMove } from './rank-move.ts';
import { Operator } from './screen.ts';
import { DEFAULT_WEIGHTS, RankingWeights } from './witness.ts';

export const RankingConfig = z.object({
  screen: field(z.string(), { title: 'Screen', help: 'The screen whose genes are ranked.', source: 'screen' }),
  goal: field(z.string().min(1), { title: 'Goal state', help: 'One of the goals of the screen.', source: 'label' }),
  operator: field(Operator.default('over-express'), {
    title: 'Operator',
    help: 'Which perturbation the ranking is for.',
  }),
  knownRegulators: field(z.array(z.string()).default([]), {
    title: 'Known regulators',
    help: 'Genes you already know to drive this fate. They measure every method and so choose the one that orders the table; no score is made from them.',
    source: 'genes',
  }),
  chosenGenes: field(z.array(z.string()).default([]), {
    title: 'Genes chosen in advance',
    help: 'Genes you meant to test before you saw any result. They get a false discovery rate of their own: ten tests ask for less than a thousand.',
    source: 'genes',
  }),
  weights: field(RankingWeights.default(DEFAULT_WEIGHTS), {
    title: 'Weights',
    help: 'How much each witness counts in the composite order, 0 to 1. The ranking shows its order for other weights at once.',
    advanced: true,
  }),
});
export type RankingConfig = z.infer<typeof RankingConfig>;

/**
 * Where a gene leads: `only` to the goal; `more` to it than to any other state; `level` with another; `less` than to another;
 * `elsewhere` and not to the goal; `nowhere`.
 */
export const Leads = z.enum(['only', 'more', 'level', 'less', 'elsewhere', 'nowhere']);
export type Leads = z.infer<typeof Leads>;

/** One line of the ranked table. */
export const RankedGene = z.object({
  rank: z.number().int(),
  geneId: z.string(),
  symbol: z.string(),
  /** Mean shift towards the goal; positive = towards it. */
  effect: z.number(),
  effectLow: z.number(),
  effectHigh: z.number(),
  /** Mean shift away from the start state; null where it was not measured. */
  awayFromStart: z.number().nullable().default(null),
  /** The state other than start and goal that the gene leads to most; null where none was measured. */
  competing: z.object({ state: z.string(), effect: z.number() }).nullable().default(null),
  /** Whether it leads to the goal more than elsewhere; null where that was not measured and in older rankings. */
  leads: Leads.nullable().default(null),
  /** The same as an English sentence, in older rankings only. */
  stateReading: z.string().default(''),
  /** How the operator moves the gene in the ranks of the start cells; null in older rankings. */
  rankMove: RankMove.nullable().default(null),
  pValue: z.number(),
  fdr: z.number(),
  /** Where the effect lies among those of expression-matched null genes; 0 to 100. */
  nullPercentile: z.number(),
  /** Cells in which the model reads the gene; at most as many as express it. */
  detections: z.number().int(),
  nCells: z.number().int(),
  isTranscriptionFactor: z.boolean(),
  log2FoldChange: z.number(),
  startFraction: z.number(),
  goalFraction: z.number(),
  rankByModel: z.number().int(),
  rankByFoldChange: z.number().int(),
  rankByCombined: z.number().int(),
  rankByExpression: z.number().int(),
  /** Rank by every other method shown beside it. */
  baselineRanks: z.record(z.string(), z.number().int()),
  isKnown: z.boolean(),
  /** Points of each witness of the composite order; absent in older rankings. */
  witnesses: z.record(z.string(), z.number()).default({}),
  /** Its effect comes from the backward pass, scaled to the exact ones; absent in older rankings. */
  isForetold: z.boolean().default(false),
  /** Start cells in which adaptive stages computed it exactly; null without such stages. */
  exactCells: z.number().int().nullable().default(null),
  /** Null in older rankings. */
  statistics: GeneStatistics.nullable().default(null),
  /** What stands beside the effect; null in older rankings. */
  evidence: GeneEvidence.nullable().default(null),
});
export type RankedGene = z.infer<typeof RankedGene>;

export const RankingMethod = z.enum([
  'model',
  'fold-change',
  'combined',
  'expression',
  'random',
  'detection-difference',
  'co-expression-projection',
  't-statistic',
  'specific-fold-change',
  'linear-screen',
  'target-shift',
  'universal-response',
]);
export type RankingMethod = z.infer<typeof RankingMethod>;

/** How far down a ranking known regulators are counted. */
export const RECALL_DEPTHS = [10, 20, 50] as const;

export const RankingReport = z.object({
  goal: z.string(),
  start: z.string(),
  operator: Operator,
  /** Of the composite order. */
  weights: RankingWeights.default(DEFAULT_WEIGHTS),
  /** The method the table is ordered by. */
  leader: RankingMethod,
  /** Plain words: why this one leads. */
  leaderReason: z.string(),
  nGenes: z.number().int(),
  nSignificant: z.number().int(),
  notRanked: z.number().int(),
  /** Cell types the goal stands for; empty where its label names none that the shipped tables know. */
  goalCellTypes: z.array(GoalCellType).default([]),
  recall: z.array(
    z.object({
      method: RankingMethod,
      known: z.number().int(),
      at10: z.number().int(),
      /** Null in rankings of older versions. */
      at20: z.number().int().nullable().default(null),
      at50: z.number().int(),
      /** Probability that a random order finds as many in its first 50; null in rankings of older versions. */
      byChance: z.number().nullable().default(null),
    }),
  ),
  /** What a random order finds: mean and central 95 %; empty without known regulators and in older versions. */
  chance: z
    .array(z.object({ depth: z.number().int(), expected: z.number(), low: z.number().int(), high: z.number().int() }))
    .default([]),
  /** Spearman of the model effect between two halves of the start cells. */
  splitHalf: z.number().nullable(),
  /** What to know before believing it, the most telling first; empty in older rankings. */
  checks: z.array(RankingCheck).default([]),
  /** Null where no genes were chosen in advance, and in older rankings. */
  chosen: ChosenGenes.nullable().default(null),
  replicates: ReplicateUse.nullable().default(null),
  /** Donors, labels and sub-groups of the start cells; empty where there are none and in older rankings. */
  groups: z.array(GroupSummary).default([]),
  warnings: z.array(z.string()),
});
export type RankingReport = z.infer<typeof RankingReport>;
