import { z } from 'zod';
import { field, type FieldMeta } from './field.ts';

/** Rules that decide which cells are kept; `null` switches a rule off. Source: published script and paper of GeneCompass. */
export const QcRules = z.object({
  minGenes: field(z.number().int().min(0).nullable().default(null), {
    title: 'Fewest genes per cell',
    help: 'Cells with fewer detected genes are masked.',
    unit: 'genes',
  }),
  maxCountsZ: field(z.number().positive().nullable().default(3), {
    title: 'Total counts, z-score limit',
    help: 'Cells whose total count lies this many standard deviations from the mean of the dataset are masked (doublets, debris).',
    unit: 'SD',
  }),
  maxMitoZ: field(z.number().positive().nullable().default(3), {
    title: 'Mitochondrial share, z-score limit',
    help: 'Cells whose mitochondrial share lies this many standard deviations from the mean are masked.',
    unit: 'SD',
  }),
  maxMitoFraction: field(z.number().min(0).max(1).nullable().default(null), {
    title: 'Highest mitochondrial share',
    help: 'Dying cells leak cytoplasm and keep mitochondria; above this share a cell is masked.',
  }),
  maxGenesZ: field(z.number().positive().nullable().default(null), {
    title: 'Detected genes, z-score limit',
    help: 'Cells whose number of genes lies this many standard deviations from the mean of their sample are masked.',
    unit: 'SD',
  }),
  minCoreGenes: field(z.number().int().min(0).default(7), {
    title: 'Fewest protein-coding or miRNA genes',
    help: 'A cell needs at least this many to be encoded at all.',
    unit: 'genes',
  }),
  minCellsPerSample: field(z.number().int().min(0).nullable().default(null), {
    title: 'Fewest cells per sample',
    help: 'Smaller samples are masked as a whole.',
    unit: 'cells',
  }),
});
export type QcRules = z.infer<typeof QcRules>;

type QcShape = typeof QcRules.shape;

/**
 * Changes to a profile: every rule optional and without its default.
 *
 * Note: `QcRules.partial()` keeps the defaults, so a single change would reset all other rules to those of `published`.
 */
export const QcRuleChanges = z.object(
  Object.fromEntries(
    Object.entries(QcRules.shape).map(([name, rule]) => [
      name,
      field(rule.removeDefault().optional(), rule.meta() as FieldMeta),
    ]),
  ) as { [K in keyof QcShape]: z.ZodOptional<ReturnType<QcShape[K]['removeDefault']>> },
);
export type QcRuleChanges = z.infer<typeof QcRuleChanges>;

export const QC_PROFILES = {
  published: { title: 'As the published code', rules: QcRules.parse({}) },
  paper: {
    title: 'As the paper describes',
    rules: QcRules.parse({
      minGenes: 200,
      maxCountsZ: null,
      maxMitoZ: null,
      maxMitoFraction: 0.15,
      maxGenesZ: 3,
      minCellsPerSample: 4,
    }),
  },
  none: { title: 'Keep every cell that can be encoded', rules: QcRules.parse({ maxCountsZ: null, maxMitoZ: null }) },
} as const;

export const PreprocessConfig = z.object({
  dataset: field(z.string(), { title: 'Dataset', help: 'Which imported dataset to prepare.', source: 'dataset' }),
  profile: field(z.enum(['published', 'paper', 'none']).default('published'), {
    title: 'Quality rules',
    help: 'A named set of cell filters. Masked cells stay in the project and can be brought back.',
  }),
  rules: field(QcRuleChanges.default({}), {
    title: 'Changes to the rules',
    help: 'Single rules that differ from the chosen set.',
    advanced: true,
  }),
  sampleColumn: field(z.string().optional(), {
    title: 'Sample column',
    help: 'Rules that speak of a sample are applied within each; without it the dataset is one sample.',
    source: 'donor-column',
    advanced: true,
  }),
  maxLength: field(z.number().int().min(16).max(2048).default(2048), {
    title: 'Genes per cell',
    help: 'The highest-ranked genes of a cell that the model reads. Fewer is faster; the published model reads 2,048.',
    unit: 'genes',
  }),
  vocabulary: field(z.string().default('own'), {
    title: 'Vocabulary',
    help: 'Which number stands for which gene. own: the genes measured in this dataset, for a new model. To use a model you have, its vocabulary (on the command line: the id); that of an imported model brings its homologs and gene medians.',
    source: 'vocabulary',
    advanced: true,
  }),
  minCellsPerGene: field(z.number().int().min(1).default(3), {
    title: 'Fewest cells per gene',
    help: 'Genes seen in fewer cells are left out of an own vocabulary.',
    unit: 'cells',
    advanced: true,
  }),
  priorDimensions: field(z.number().int().min(8).max(256).default(48), {
    title: 'Co-expression dimensions',
    help: 'Length of the co-expression vector computed for each gene from your own cells.',
    advanced: true,
  }),
});
export type PreprocessConfig = z.infer<typeof PreprocessConfig>;

export const CoverageReport = z.object({
  nCells: z.number().int(),
  nCellsKept: z.number().int(),
  maskedBy: z.record(z.string(), z.number().int()),
  nGenes: z.number().int(),
  genesInVocabulary: z.number().int(),
  /** Share of all counts of kept cells in vocabulary genes, 0 to 1. */
  countsCovered: z.number(),
  /** Share of kept cells with more genes than `maxLength`, 0 to 1. */
  cellsTruncated: z.number(),
  medianLength: z.number(),
  medians: z.enum(['own', 'imported']),
  /** Expressed genes of the vocabulary with a median, and without one; absent in token sets of older versions. */
  mediansFound: z.number().int().optional(),
  mediansMissing: z.number().int().optional(),
  homologsMapped: z.number().int(),
  warnings: z.array(z.string()),
});
export type CoverageReport = z.infer<typeof CoverageReport>;
