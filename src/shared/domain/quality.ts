import { z } from 'zod';
import { field } from './field.ts';

/** What is measured of every cell. */
export const QUALITY_MEASURES = [
  'totalCounts',
  'detectedGenes',
  'mitoFraction',
  'ribosomalFraction',
  'complexity',
  'topFraction',
  'haemoglobinFraction',
  'doubletScore',
] as const;
export const QualityMeasure = z.enum(QUALITY_MEASURES);
export type QualityMeasure = z.infer<typeof QualityMeasure>;

export const QualityConfig = z.object({
  dataset: field(z.string(), { title: 'Dataset', help: 'Whose cells are measured.', source: 'dataset' }),
  sampleColumn: field(z.string().optional(), {
    title: 'Sample column',
    help: 'The annotation that names the droplet run. Doublets arise within one run; without it each donor is taken as a run, or the whole dataset where no donors are named.',
    source: 'donor-column',
  }),
  donorColumn: field(z.string().optional(), {
    title: 'Donor column',
    help: 'The annotation that names the donor or animal; that of the import if left empty.',
    source: 'donor-column',
  }),
  labelColumn: field(z.string().optional(), {
    title: 'Cell-state column',
    help: 'Cell types or states: for the balance of donors and for the hint on ambient RNA; that of the import if left empty.',
    source: 'label-column',
  }),
  doublets: field(z.boolean().default(true), {
    title: 'Score doublets',
    help: 'Compares every cell with simulated pairs of cells. Takes most of the time of a check.',
  }),
  doubletRate: field(z.number().min(0).max(0.1).default(0.008), {
    title: 'Doublets per 1,000 cells',
    help: 'Share of droplets with two cells that the instrument gives for every 1,000 cells recovered in a run: 0.008 for 10x Chromium, about half of that for GEM-X.',
    advanced: true,
  }),
  simulatedRatio: field(z.number().min(0.5).max(5).default(2), {
    title: 'Simulated doublets per cell',
    help: 'More give a steadier score and take longer.',
    advanced: true,
  }),
  maxReferenceCells: field(z.number().int().min(500).max(50_000).default(10_000), {
    title: 'Most reference cells per run',
    help: 'In a larger run a random sample of this size stands for all cells; every cell is still scored.',
    unit: 'cells',
    advanced: true,
  }),
  seed: field(z.number().int().min(0).default(0), {
    title: 'Seed',
    help: 'The same seed gives the same scores.',
    advanced: true,
  }),
});
export type QualityConfig = z.infer<typeof QualityConfig>;

/** Counts of cells between neighbouring edges; on the log scale edges are log10 of the value. */
export const Histogram = z.object({
  scale: z.enum(['log', 'linear']),
  edges: z.array(z.number()),
  counts: z.array(z.number().int()),
});
export type Histogram = z.infer<typeof Histogram>;

const Spread = z.object({
  median: z.number().nullable(),
  /** 1.4826 × median absolute deviation: a standard deviation where the values are normal. */
  mad: z.number().nullable(),
});

export const MeasureSummary = z.object({
  measure: QualityMeasure,
  histogram: Histogram,
  /** False where the dataset cannot tell: it holds no mitochondrial or ribosomal gene. */
  isKnown: z.boolean(),
  ...Spread.shape,
});
export type MeasureSummary = z.infer<typeof MeasureSummary>;

/** Cells by sample or donor; `code` −1 is cells without one. Names stay in the dataset. */
export const GroupTable = z.object({
  column: z.string(),
  groups: z.array(
    z.object({ code: z.number().int(), nCells: z.number().int(), measures: z.partialRecord(QualityMeasure, Spread) }),
  ),
});
export type GroupTable = z.infer<typeof GroupTable>;

export const DoubletRun = z.object({
  /** Category of the sample column, −1 for cells without one or without such a column. */
  code: z.number().int(),
  nCells: z.number().int(),
  /** Cells the scores were learned from; fewer than `nCells` where a sample of them stands for all. */
  nReference: z.number().int(),
  nSimulated: z.number().int(),
  expectedRate: z.number(),
  /** Null where the simulated scores have no two separate peaks. */
  threshold: z.number().nullable(),
  /** Share of cells above the threshold. */
  detectedRate: z.number().nullable(),
  /** Share of simulated doublets above the threshold: doublets of two like cells stay below. */
  detectableFraction: z.number().nullable(),
});
export type DoubletRun = z.infer<typeof DoubletRun>;

export const DoubletReport = z.object({
  runs: z.array(DoubletRun),
  /** Middle of the runs' thresholds; null where no run has one. */
  suggestedScore: z.number().nullable(),
  /** The score above which as many cells lie as doublets are expected in all runs; a second best where there is no gap. */
  expectedScore: z.number().nullable(),
  /** Scores of the simulated doublets of all runs, in the bins of the measure. */
  simulated: Histogram,
  /** Which annotation told the runs apart. */
  runsFrom: z.enum(['sample', 'donor', 'none']),
  nNotScored: z.number().int(),
});
export type DoubletReport = z.infer<typeof DoubletReport>;

/** One gene that one group makes and the others should not. */
export const AmbientMarker = z.object({
  geneId: z.string(),
  symbol: z.string(),
  /** Group that makes it. */
  group: z.string(),
  /** Share of the cells of its group, and of all other cells, in which it is seen. */
  detectedIn: z.number(),
  detectedElsewhere: z.number(),
  /** What this gene alone would say: its counts in the groups it was read in over what the mean profile would bring. */
  contamination: z.number(),
});
export type AmbientMarker = z.infer<typeof AmbientMarker>;

export const AmbientHint = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('estimate'),
    /** Share of a cell's counts that would come from outside, 0 to 1; an upper bound. */
    contamination: z.number(),
    /** Middle half of what single markers say. */
    low: z.number(),
    high: z.number(),
    nMarkers: z.number().int(),
    nGroups: z.number().int(),
    markers: z.array(AmbientMarker),
  }),
  z.object({
    kind: z.literal('unknown'),
    reason: z.enum(['no-labels', 'too-few-groups', 'too-many-groups', 'too-few-markers']),
  }),
]);
export type AmbientHint = z.infer<typeof AmbientHint>;

/** The same for one sample, whose own cells are its soup. */
export const AmbientOfSample = z.object({
  /** Category of the sample column. */
  code: z.number().int(),
  nCells: z.number().int(),
  /** Null where too few states of the sample have markers of others. */
  hint: z
    .object({
      contamination: z.number(),
      low: z.number(),
      high: z.number(),
      nMarkers: z.number().int(),
      nGroups: z.number().int(),
    })
    .nullable(),
});
export type AmbientOfSample = z.infer<typeof AmbientOfSample>;

/** What a donor column says about a comparison of cell states; donors by code, states by name. */
export const DonorWarning = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('one-donor') }),
  z.object({ kind: z.literal('few-donors'), nDonors: z.number().int() }),
  z.object({ kind: z.literal('label-in-one-donor'), label: z.string(), nCells: z.number().int() }),
  z.object({ kind: z.literal('label-in-two-donors'), label: z.string() }),
  z.object({
    kind: z.literal('donor-dominates-label'),
    label: z.string(),
    donor: z.number().int(),
    share: z.number(),
  }),
  z.object({ kind: z.literal('donor-dominates'), donor: z.number().int(), share: z.number() }),
  z.object({ kind: z.literal('donor-missing'), nCells: z.number().int() }),
]);
export type DonorWarning = z.infer<typeof DonorWarning>;

export const DonorBalance = z.object({
  donorColumn: z.string(),
  labelColumn: z.string().nullable(),
  donors: z.array(z.number().int()),
  labels: z.array(z.string()),
  /** Cells of label l and donor d at l × donors + d. */
  cells: z.array(z.number().int()),
  warnings: z.array(DonorWarning),
});
export type DonorBalance = z.infer<typeof DonorBalance>;

export const QualityReport = z.object({
  nCells: z.number().int(),
  nEmpty: z.number().int(),
  measures: z.array(MeasureSummary),
  samples: GroupTable.nullable(),
  donors: GroupTable.nullable(),
  doublets: DoubletReport.nullable(),
  ambient: AmbientHint,
  /** In the order of the codes; none without several samples, or where the dataset has no hint. */
  ambientBySample: z.array(AmbientOfSample).default([]),
  /** Null without a donor column. */
  balance: DonorBalance.nullable(),
  warnings: z.array(z.string()),
});
export type QualityReport = z.infer<typeof QualityReport>;

const Kept = z.object({ code: z.number().int(), nCells: z.number().int(), nKept: z.number().int() });

/** How many cells some rules would keep. */
export const QualityCounts = z.object({
  nCells: z.number().int(),
  nKept: z.number().int(),
  /** Cells by the first rule that masks them; adds up to nCells − nKept. */
  maskedBy: z.record(z.string(), z.number().int()),
  /** Cells each rule would mask on its own. */
  masksAlone: z.record(z.string(), z.number().int()),
  samples: z.array(Kept),
  donors: z.array(Kept),
  /** Kept cells in the bins of each measure's histogram. */
  kept: z.partialRecord(QualityMeasure, z.array(z.number().int())),
  warnings: z.array(z.string()),
});
export type QualityCounts = z.infer<typeof QualityCounts>;
