import { z } from 'zod';
import { field } from './field.ts';
import { ArtifactId } from './ids.ts';

/** Groups computed here, by the name they go under beside the annotations of a file. */
export const MAP_CLUSTERS = '@clusters';
export const REFERENCE_LABELS = '@labels';

const dataset = (help: string) => field(z.string(), { title: 'Dataset', help, source: 'dataset' });
const seed = field(z.number().int().min(0).max(4_294_967_295).default(0), {
  title: 'Seed',
  help: 'Decides which cells are drawn where there are too many. The same seed gives the same result.',
  advanced: true,
});

export const LayoutConfig = z.object({
  dataset: dataset('Whose cells are laid out.'),
  tokens: field(z.string().optional(), {
    title: 'Cells',
    help: 'Only cells that passed the quality rules of these prepared cells; every cell with counts if left empty.',
    source: 'tokens',
  }),
  batchColumn: field(z.string().optional(), {
    title: 'Correct for batch',
    help: 'The annotation that names the sample, donor or run. Its differences are taken out of the map (mutual nearest neighbours); counts stay as they are.',
    source: 'donor-column',
  }),
  resolution: field(z.number().min(0.01).max(10).default(1), {
    title: 'Resolution of clusters',
    help: 'Higher gives more and smaller clusters.',
  }),
  method: field(z.enum(['umap', 'tsne']).default('umap'), {
    title: 'Drawing',
    help: 'umap keeps more of the large-scale order, tsne separates small groups. Distances between far groups mean little in both.',
    advanced: true,
  }),
  variableGenes: field(z.number().int().min(50).max(20_000).default(2000), {
    title: 'Variable genes',
    help: 'The map is made from the genes that vary most beyond their expected noise.',
    unit: 'genes',
    advanced: true,
  }),
  components: field(z.number().int().min(2).max(100).default(25), {
    title: 'Principal components',
    help: 'Axes that sum the variable genes up. More keep finer differences, and more noise.',
    advanced: true,
  }),
  neighbours: field(z.number().int().min(2).max(100).default(15), {
    title: 'Neighbours',
    help: 'How many of the most similar cells each cell is laid out by. More gives a smoother map.',
    unit: 'cells',
    advanced: true,
  }),
  maxCells: field(z.number().int().min(1000).max(200_000).default(100_000), {
    title: 'Cells computed in full',
    help: 'Of more cells than this a random sample is computed; every other cell is placed by its nearest neighbours in the sample.',
    unit: 'cells',
    advanced: true,
  }),
  seed,
});
export type LayoutConfig = z.infer<typeof LayoutConfig>;

export const MARKER_ORDERS = ['auc', 'cohens-d', 'log-fold-change', 'detection'] as const;

export const MarkersConfig = z.object({
  dataset: dataset('Whose cells are compared.'),
  column: field(z.string().min(1), {
    title: 'Groups',
    help: 'The annotation whose groups are compared; @clusters for those of the newest map, @labels for the newest reference labels.',
    source: 'label-column',
  }),
  groups: field(z.string().optional(), {
    title: 'Where the groups come from',
    help: 'Which map or reference labels; the newest if left empty.',
    advanced: true,
  }),
  tokens: field(z.string().optional(), {
    title: 'Cells',
    help: 'Only cells that passed the quality rules of these prepared cells; every cell with counts if left empty.',
    source: 'tokens',
    advanced: true,
  }),
  blockColumn: field(z.string().optional(), {
    title: 'Compare within',
    help: 'The donor or batch annotation: groups are compared within each of its values and the results averaged, so that a difference between donors is not taken for one between groups.',
    source: 'donor-column',
  }),
  order: field(z.enum(MARKER_ORDERS).default('auc'), {
    title: 'Order by',
    help: 'auc: how surely a cell of the group has more of the gene than one of another group; cohens-d: difference in standard deviations; log-fold-change: difference of means; detection: difference in the share of cells that have the gene.',
  }),
  top: field(z.number().int().min(1).max(5000).default(200), {
    title: 'Genes per group',
    help: 'How many genes are kept for each group.',
    unit: 'genes',
  }),
  minCells: field(z.number().int().min(2).max(10_000).default(10), {
    title: 'Fewest cells per group',
    help: 'Smaller groups are left out.',
    unit: 'cells',
    advanced: true,
  }),
});
export type MarkersConfig = z.infer<typeof MarkersConfig>;

export const AnnotateConfig = z.object({
  dataset: dataset('Whose cells are labelled.'),
  reference: field(z.string(), {
    title: 'Reference',
    help: 'A dataset of the project whose cell types are known. It may be of the other species: genes are then joined by one-to-one orthologs.',
    source: 'dataset',
  }),
  labelColumn: field(z.string().min(1), {
    title: 'Labels of the reference',
    help: 'The annotation of the reference that holds its cell types.',
    source: 'label-column',
  }),
  tokens: field(z.string().optional(), {
    title: 'Cells',
    help: 'Only cells that passed the quality rules of these prepared cells; every cell with counts if left empty.',
    source: 'tokens',
    advanced: true,
  }),
  markersPerPair: field(z.number().int().min(5).max(200).default(20), {
    title: 'Genes per pair of labels',
    help: 'How many genes tell each label from each other one.',
    unit: 'genes',
    advanced: true,
  }),
  minCells: field(z.number().int().min(2).max(10_000).default(10), {
    title: 'Fewest reference cells per label',
    help: 'Labels with fewer cells are not used.',
    unit: 'cells',
    advanced: true,
  }),
  uncertainBelow: field(z.number().min(1).max(10).default(3), {
    title: 'Uncertain cells, limit',
    help: 'A cell whose lead over the other labels lies this many median absolute deviations below that of its label counts as uncertain.',
    unit: 'MAD',
    advanced: true,
  }),
});
export type AnnotateConfig = z.infer<typeof AnnotateConfig>;

/** How well batches share neighbourhoods, before and after they are corrected. */
export const MixingReport = z.object({
  nBatches: z.number().int(),
  nNeighbours: z.number().int(),
  /** Neighbours of another batch as a share of those expected at random: 0 apart, 1 fully mixed. */
  before: z.number(),
  after: z.number(),
  /** Share of neighbours with the cell's own label, where the dataset has a label column. */
  labelBefore: z.number().nullable(),
  labelAfter: z.number().nullable(),
});
export type MixingReport = z.infer<typeof MixingReport>;

export const MarkerGene = z.object({
  geneId: z.string(),
  symbol: z.string(),
  rank: z.number().int(),
  /** Means over the comparisons with every other group. */
  auc: z.number(),
  cohensD: z.number(),
  /** Smallest AUC against any other group: above 0.5, no other group has more of the gene. */
  minAuc: z.number(),
  /** log2 of counts per cell of mean size, plus one. */
  logFoldChange: z.number(),
  meanIn: z.number(),
  /** Share of cells, 0 to 1. */
  detectedIn: z.number(),
  detectedOut: z.number(),
});
export type MarkerGene = z.infer<typeof MarkerGene>;

export const MarkerGroup = z.object({
  name: z.string(),
  nCells: z.number().int(),
  /** Null without a donor column. */
  nDonors: z.number().int().nullable(),
  /** Largest share of the group's cells that comes from one donor. */
  largestDonorShare: z.number().nullable(),
  cautions: z.array(z.string()),
});
export type MarkerGroup = z.infer<typeof MarkerGroup>;

export const MarkersReport = z.object({
  id: ArtifactId,
  dataset: ArtifactId,
  column: z.string(),
  order: z.enum(MARKER_ORDERS),
  /** Column within whose values groups were compared. */
  blockColumn: z.string().nullable(),
  nCells: z.number().int(),
  nGenes: z.number().int(),
  groups: z.array(MarkerGroup),
  leftOut: z.array(z.object({ name: z.string(), nCells: z.number().int() })),
  warnings: z.array(z.string()),
  createdAt: z.string(),
});
export type MarkersReport = z.infer<typeof MarkersReport>;

export const LabelsReport = z.object({
  id: ArtifactId,
  dataset: ArtifactId,
  reference: ArtifactId,
  referenceTitle: z.string(),
  labelColumn: z.string(),
  /** Genes both datasets have, and those of them that tell labels apart. */
  nGenesShared: z.number().int(),
  nMarkers: z.number().int(),
  acrossSpecies: z.boolean(),
  nCells: z.number().int(),
  nUncertain: z.number().int(),
  labels: z.array(
    z.object({
      name: z.string(),
      nReferenceCells: z.number().int(),
      /** Share of held-out cells of the reference that get this label back, 0 to 1. */
      referenceRecall: z.number(),
      nCells: z.number().int(),
      nUncertain: z.number().int(),
      medianScore: z.number().nullable(),
      medianDelta: z.number().nullable(),
    }),
  ),
  leftOut: z.array(z.object({ name: z.string(), nCells: z.number().int() })),
  warnings: z.array(z.string()),
  createdAt: z.string(),
});
export type LabelsReport = z.infer<typeof LabelsReport>;

/** Own groups against reference labels. */
export const AgreementTable = z.object({
  rows: z.array(z.string()),
  columns: z.array(z.string()),
  /** Cells; rows × columns. */
  counts: z.array(z.array(z.number().int())),
  /** Adjusted Rand index of the two groupings. */
  adjustedRandIndex: z.number(),
});
export type AgreementTable = z.infer<typeof AgreementTable>;
