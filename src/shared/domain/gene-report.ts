import { z } from 'zod';
import { Gene } from './gene.ts';

export const GeneStatus = z.enum(['matched', 'ambiguous', 'missing']);
export type GeneStatus = z.infer<typeof GeneStatus>;

/** What became of one gene name of a file. */
export const GeneReportRow = z.object({
  /** As the file writes it. */
  input: z.string(),
  /** The database id that the file has beside the name. */
  fileId: z.string().nullable(),
  status: GeneStatus,
  /** How it was recognised; null where it was not. */
  by: z.string().nullable(),
  gene: Gene.nullable(),
  /** Genes that the name may mean, where there are several. */
  candidates: z.array(Gene),
  /** Why no gene was taken, in words; empty where one was. */
  reason: z.string(),
  /** Cells in which the file counts it. */
  nCells: z.number().int(),
  /** Counts of all cells together. */
  counts: z.number(),
});
export type GeneReportRow = z.infer<typeof GeneReportRow>;

/** Names and counts of one outcome. */
export const GeneReportShare = z.object({
  status: GeneStatus,
  by: z.string().nullable(),
  names: z.number().int(),
  counts: z.number(),
});
export type GeneReportShare = z.infer<typeof GeneReportShare>;

/** `name=id`, as `MARCH1=ENSG00000145416`; the last equals sign parts them. */
export const GENE_CHOICE = /^(.+)=(ENS(?:MUS)?G\d{11})$/s;

/** How a gene is related to genes of the other species, its own side first. */
export const OrthologKind = z.enum([
  'one-to-one',
  /** A single pair that the published list of pairs does not hold. */
  'one-to-one-unlisted',
  'one-to-many',
  'many-to-one',
  'many-to-many',
  'none',
]);
export type OrthologKind = z.infer<typeof OrthologKind>;

/** Genes of one relation, and the sum of their counts. */
export const OrthologShare = z.object({ kind: OrthologKind, genes: z.number().int(), counts: z.number() });
export type OrthologShare = z.infer<typeof OrthologShare>;

/** Which mouse genes are written with the token of a human gene. */
export const OrthologPolicy = z.enum(['one-to-one', 'one-to-many', 'none']);
export type OrthologPolicy = z.infer<typeof OrthologPolicy>;

/** What a policy comes to in a mouse dataset: genes and counts written with human tokens and with mouse tokens. */
export const OrthologCoverage = z.object({
  policy: OrthologPolicy,
  shared: z.number().int(),
  sharedCounts: z.number(),
  own: z.number().int(),
  ownCounts: z.number(),
  /** All counts, also of genes seen in too few cells. */
  nCounts: z.number(),
});
export type OrthologCoverage = z.infer<typeof OrthologCoverage>;
