import type { Cell } from './blocks.ts';

/** Column of the cell that names a row: the gene, else the first. */
export function headOf(row: readonly Cell[]): number {
  return Math.max(
    0,
    row.findIndex(({ look }) => look === 'gene'),
  );
}
