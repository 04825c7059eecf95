import { z } from 'zod';
import { field } from './field.ts';
import { OrthologPolicy } from './gene-report.ts';
import { QC_PROFILE_NAMES } from './qc-profiles.ts';
import { QcRuleChanges } from './qc-rules.ts';

export const PreprocessConfig = z.object({
  dataset: field(z.string(), { title: 'Dataset', help: 'Which imported dataset to prepare.', source: 'dataset' }),
  profile: field(z.enum(QC_PROFILE_NAMES).default('published'), {
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
  quality: field(z.string().optional(), {
    title: 'Quality check',
    help: 'Which quality check of the dataset gives the doublet scores, where a rule asks for them; the newest if left empty.',
    source: 'quality',
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
  orthologs: field(OrthologPolicy.default('one-to-one'), {
    title: 'Mouse genes',
    help: 'For mouse cells with an own vocabulary: which genes are written with the token of a human gene, so that a model learns from both species. one-to-one: the published pairs. one-to-many: also one gene of each family that has no such pair, that with the same symbol first, then that seen in most cells. none: every mouse gene keeps a token of its own.',
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
  /** How they were mapped; only for mouse cells with an own vocabulary, and absent in token sets of older versions. */
  orthologs: OrthologPolicy.optional(),
  warnings: z.array(z.string()),
});
export type CoverageReport = z.infer<typeof CoverageReport>;
