import { EFFECT_COLUMNS } from './effect-columns.ts';
import { EVIDENCE_COLUMNS, LATER_EVIDENCE_COLUMNS } from './evidence-columns.ts';
import { LATER_COLUMNS, STATISTICS_COLUMNS } from './statistics-columns.ts';
import type { GeneColumn } from './column.ts';

export type { GeneColumn } from './column.ts';

/** Every column of the tables a ranking is saved as, in their order; more may be added at the end only. */
export const GENE_COLUMNS: readonly GeneColumn[] = [
  ...EFFECT_COLUMNS,
  ...STATISTICS_COLUMNS,
  ...EVIDENCE_COLUMNS,
  ...LATER_COLUMNS,
  ...LATER_EVIDENCE_COLUMNS,
];
