import { z } from 'zod';

/**
 * How a sub-group of the start cells is compared with the others of its kind: `paired-donors`: within donors that have cells in
 * both; `donors`: donors of one against donors of the other; `cells`: cells, where donors are not the replicate.
 */
export const GroupTest = z.enum(['paired-donors', 'donors', 'cells']);
export type GroupTest = z.infer<typeof GroupTest>;

/** A donor, label or sub-group of the start cells. */
export const CellGroup = z.object({
  kind: z.enum(['donor', 'label', 'subgroup']),
  /** A number for a donor, else the label. */
  name: z.string(),
  nCells: z.number().int(),
  /** Null where it cannot be compared: donors, a group alone of its kind, too few donors or cells on a side; and in older rankings. */
  test: GroupTest.nullable().default(null),
});
export type CellGroup = z.infer<typeof CellGroup>;

/** What a gene does in a sub-group beyond what it does in the others of its kind. */
export const GroupComparison = z.object({
  test: GroupTest,
  difference: z.number(),
  /** 95 % interval. */
  low: z.number(),
  high: z.number(),
  /** Two-sided. */
  pValue: z.number(),
  /** Over all ranked genes and all groups of the kind; null for a gene that is no candidate. */
  fdr: z.number().nullable(),
});
export type GroupComparison = z.infer<typeof GroupComparison>;

/** What a gene does in one donor, label or sub-group of the start cells. */
export const GroupEffect = CellGroup.extend({
  /** Cells of the group that tell of the gene. */
  nTold: z.number().int(),
  /** Mean over donors where donors are the replicate, else over cells; null where none tells. */
  effect: z.number().nullable(),
  /** 95 % interval; null below two replicates and in older rankings. */
  low: z.number().nullable().default(null),
  high: z.number().nullable().default(null),
  /** Null where the gene was not compared. */
  comparison: GroupComparison.nullable().default(null),
});
export type GroupEffect = z.infer<typeof GroupEffect>;

/** A group of the start cells, and how many genes do something else in it than in the others of its kind. */
export const GroupSummary = CellGroup.extend({
  /** Genes compared, and those of them with an FDR below 5 %. */
  nCompared: z.number().int(),
  nDiffer: z.number().int(),
});
export type GroupSummary = z.infer<typeof GroupSummary>;
