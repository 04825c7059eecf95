import { z } from 'zod';
import { deviceField } from './device.ts';
import { field } from './field.ts';

/** A dose series: raised to values of expressing cells, put at ranks, or lowered to shares of the own value. */
export const DoseSeriesKind = z.enum(['raise', 'rank', 'lower']);
export type DoseSeriesKind = z.infer<typeof DoseSeriesKind>;

/** What is done to the genes of a set: all raised, all silenced, or the first raised and the second silenced. */
export const CombinationKind = z.enum(['raise', 'silence', 'mixed']);
export type CombinationKind = z.infer<typeof CombinationKind>;

/** What is looked at. */
export const FollowUpPart = z.enum(['doses', 'combinations', 'responses']);
export type FollowUpPart = z.infer<typeof FollowUpPart>;

export const ResponseKind = z.enum(['raise', 'silence']);
export type ResponseKind = z.infer<typeof ResponseKind>;

/** Percentiles of the value among expressing cells. */
export const RAISE_PERCENTILES = [0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;
/** Ranks a gene is put at, weakest first: 1 is after all other genes, 0 before them. */
export const RANK_POINTS = [1, 0.75, 0.5, 0.25, 0] as const;
/** Shares of its value a gene keeps; without any left it is removed. */
export const LOWER_LEVELS = [0.75, 0.5, 0.25, 0.1, 0] as const;
export const MAX_FOLLOWED_GENES = 20;

/** A closer look at chosen genes of a screen, by exact passes on its start cells. */
export const FollowUpConfig = z.object({
  screen: field(z.string(), {
    title: 'Screen',
    help: 'The screen the genes come from. Its model, start cells, goals, read-out and over-expression dose are used.',
    source: 'screen',
  }),
  genes: field(z.array(z.string()).min(1).max(MAX_FOLLOWED_GENES), {
    title: 'Genes',
    help: 'Genes of the screen to look at closely: symbols or Ensembl ids. All pairs of them are tested, so ten genes take about four times as long as five.',
    source: 'genes',
  }),
  parts: field(z.array(FollowUpPart).min(1).default(['doses', 'combinations', 'responses']), {
    title: 'Look at',
    help: 'doses: how the effect grows with the dose. combinations: pairs and triples beside the sum of their single effects. responses: which genes change when a gene is perturbed.',
  }),
  series: field(z.array(DoseSeriesKind).min(1).default(['raise', 'rank', 'lower']), {
    title: 'Dose series',
    help: 'raise: over-expression to the 50th to 100th percentile of the value among expressing cells. rank: put at the end, at three quarters, in the middle, at a quarter and at the front of the cell. lower: three quarters, half, a quarter and a tenth of the value, then removed. All doses lie in the observed range.',
  }),
  combinations: field(z.array(CombinationKind).min(1).default(['raise', 'silence']), {
    title: 'Pairs',
    help: 'raise: both genes over-expressed. silence: both hidden, ranks held. mixed: the first over-expressed, the second hidden, in both orders. Each pair is compared with the sum of its single effects in the same cells.',
  }),
  triples: field(
    z
      .array(z.string().regex(/^[^+]+\+[^+]+\+[^+]+$/, 'it must be three genes joined by +'))
      .max(40)
      .default([]),
    {
      title: 'Triples',
      help: 'Sets of three of the genes, written A+B+C; each is raised and silenced together as chosen for pairs, with all its pairs.',
    },
  ),
  responses: field(z.array(ResponseKind).min(1).default(['raise']), {
    title: 'Responding genes',
    help: 'For each gene and operator, the genes whose embedding changes most beyond what they do under any perturbation. A response is a statement about the model, not a regulatory edge.',
  }),
  nNullPerturbations: field(z.number().int().min(5).max(100).default(20), {
    title: 'Null perturbations',
    help: 'Expression-matched null genes of the screen that are perturbed too, to know which genes respond to anything.',
    unit: 'genes',
    advanced: true,
  }),
  nPermutations: field(z.number().int().min(199).max(20_000).default(1999), {
    title: 'Permutations',
    help: 'For the p-value of a dose response; the smallest p-value is one over this number plus one.',
    advanced: true,
  }),
  device: deviceField,
});
export type FollowUpConfig = z.infer<typeof FollowUpConfig>;

/** A mean over replicates with its 95 % interval; null where too few replicates tell. */
export const Estimate = z.object({ mean: z.number(), low: z.number().nullable(), high: z.number().nullable() });
export type Estimate = z.infer<typeof Estimate>;

export const DosePoint = z.object({
  /** Percentile (between two, where a value lies between theirs), rank or level, by the kind of the series. */
  at: z.number(),
  /** Value the gene is raised to; null where it is not one value for all cells. */
  value: z.number().nullable(),
  effect: Estimate,
  /** Of the monotone fit. */
  fitted: z.number(),
});
export type DosePoint = z.infer<typeof DosePoint>;

/** `no-trend`: not told apart from chance. `uneven`: a trend, but the curve goes up and down. */
export const TrendWord = z.enum(['monotone', 'uneven', 'no-trend']);
/** `saturated`: the rest of the observed range adds less than a tenth of the largest fitted effect. */
export const SaturationWord = z.enum(['saturated', 'still-growing', 'not-told']);

export const DoseSeries = z.object({
  gene: z.string(),
  kind: DoseSeriesKind,
  goal: z.string(),
  nCells: z.number().int(),
  /** Weakest dose first. */
  points: z.array(DosePoint),
  direction: z.enum(['rising', 'falling', 'flat']),
  /** Share of the variance between doses that the monotone fit explains; null where all doses do the same. */
  explained: z.number().nullable(),
  pValue: z.number().nullable(),
  fdr: z.number().nullable(),
  word: TrendWord,
  saturation: SaturationWord,
  /** Weakest dose with nine tenths of the largest fitted effect; null where that is not told. */
  saturatedAt: z.number().nullable(),
  /** Hiding the gene with all ranks held: what of the last dose of `lower` is no shift of ranks. */
  masked: Estimate.nullable(),
});
export type DoseSeries = z.infer<typeof DoseSeries>;

/**
 * `synergy`: more than the sum of the single effects, `redundancy`: less, both at an FDR of 5 %. `additive`: the
 * difference is told to lie within a quarter of the largest of the effects (two one-sided t tests). Otherwise `not-told-apart` from additive.
 */
export const InteractionWord = z.enum(['synergy', 'redundancy', 'additive', 'not-told-apart']);
export type InteractionWord = z.infer<typeof InteractionWord>;

export const Combination = z.object({
  goal: z.string(),
  kind: CombinationKind,
  /** Symbols; of a mixed pair the raised one first. */
  genes: z.array(z.string()),
  /** Start cells in which every gene by itself changes what the model reads; only these are compared. */
  nCells: z.number().int(),
  singles: z.array(z.number()),
  found: Estimate,
  /** Sum of the single effects, per cell. */
  expected: Estimate,
  /** Found minus expected. */
  interaction: Estimate,
  pValue: z.number().nullable(),
  fdr: z.number().nullable(),
  word: InteractionWord,
  /** Of a triple: what is left after its pairs, too. */
  beyondPairs: Estimate.nullable(),
});
export type Combination = z.infer<typeof Combination>;

export const RespondingGene = z.object({
  geneId: z.string(),
  symbol: z.string(),
  nCells: z.number().int(),
  /** Mean cosine distance of its embedding before and after, over the cells in which others tell what is usual. */
  response: z.number(),
  /** What it does under the other perturbations, scaled to the strength of this one. */
  universal: z.number(),
  /** response − universal, in the same cells. */
  specific: z.number(),
  /** specific in standard errors over cells, moderated; orders the table. */
  score: z.number(),
  /** Share of null perturbations with a smaller score, 0 to 100; null where none tells. */
  nullPercentile: z.number().nullable(),
  isKnownTarget: z.boolean(),
});
export type RespondingGene = z.infer<typeof RespondingGene>;

export const GeneResponse = z.object({
  gene: z.string(),
  kind: ResponseKind,
  /** Start cells in which the perturbation changes what the model reads. */
  nCells: z.number().int(),
  /** How much further genes move than under the other perturbations, mean over cells; 1 is as far as under those. */
  strength: z.number(),
  nGenes: z.number().int(),
  /** Null perturbations whose highest score is at least the highest here, of those that tell: how such a list arises by chance. */
  chance: z.object({ nAsHigh: z.number().int(), nNull: z.number().int() }),
  /** Highest score first. */
  genes: z.array(RespondingGene),
  /** Known targets among the shown genes beside what chance gives; null where none is known. */
  knownTargets: z
    .object({ nKnown: z.number().int(), nShown: z.number().int(), expected: z.number(), pValue: z.number() })
    .nullable(),
});
export type GeneResponse = z.infer<typeof GeneResponse>;

export const FollowUpResult = z.object({
  start: z.string(),
  goals: z.array(z.string()),
  readOut: z.enum(['embedding-shift', 'probability-shift']),
  nCells: z.number().int(),
  nReplicates: z.number().int(),
  replicateUnit: z.enum(['donor', 'cell']),
  genes: z.array(z.object({ geneId: z.string(), symbol: z.string(), detections: z.number().int() })),
  notFound: z.array(z.object({ gene: z.string(), reason: z.string() })),
  /** What was asked for and could not be told, with the reason. */
  notTold: z.array(z.object({ part: FollowUpPart, kind: z.string(), genes: z.array(z.string()), reason: z.string() })),
  series: z.array(DoseSeries),
  combinations: z.array(Combination),
  responses: z.array(GeneResponse),
  warnings: z.array(z.string()),
});
export type FollowUpResult = z.infer<typeof FollowUpResult>;
