import { z } from 'zod';
import { field, type FieldMeta } from './field.ts';

const share = () => z.number().min(0).max(1).nullable().default(null);

/** Rules that decide which cells are kept; `null` switches a rule off. Source: published script and paper of GeneCompass. */
export const QcRules = z.object({
  minGenes: field(z.number().int().min(0).nullable().default(null), {
    title: 'Fewest genes per cell',
    help: 'Cells with fewer detected genes are masked.',
    unit: 'genes',
  }),
  minCounts: field(z.number().min(0).nullable().default(null), {
    title: 'Fewest counts per cell',
    help: 'Cells with a lower total count are masked: empty droplets and debris.',
    unit: 'counts',
  }),
  maxCounts: field(z.number().positive().nullable().default(null), {
    title: 'Most counts per cell',
    help: 'Cells with a higher total count are masked. Doublets lie here, but so do large cells: prefer the doublet score.',
    unit: 'counts',
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
  maxMitoFraction: field(share(), {
    title: 'Highest mitochondrial share',
    help: 'Dying cells leak cytoplasm and keep mitochondria; above this share a cell is masked.',
  }),
  maxRiboFraction: field(share(), {
    title: 'Highest ribosomal share',
    help: 'Above this share of ribosomal-protein transcripts a cell is masked. Of use for nuclei, which hold few of them; healthy growing cells may hold half.',
  }),
  minComplexity: field(share(), {
    title: 'Lowest complexity',
    help: 'log10 of genes over log10 of counts. A low value means few genes counted many times: red blood cells, or a failed library.',
  }),
  maxGenesZ: field(z.number().positive().nullable().default(null), {
    title: 'Detected genes, z-score limit',
    help: 'Cells whose number of genes lies this many standard deviations from the mean of their sample are masked.',
    unit: 'SD',
  }),
  maxDoubletScore: field(share(), {
    title: 'Highest doublet score',
    help: 'Cells above it look like two cells in one droplet and are masked. Needs a quality check of the dataset, which also proposes a limit.',
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
