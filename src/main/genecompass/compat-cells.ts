import type { FinetuneCompat } from '#shared/domain/training.ts';
import type { CellTokens } from './cells.ts';

/**
 * Cells as the published fine-tuning reads them: values cut to whole numbers, every cell human. Without a switch the
 * cells themselves.
 *
 * Source: spec/genecompass.md §4.1, the two silent defects; the cut is towards zero, that of a cast to int64.
 * Note: the published collator and classifier do so in training and in evaluation alike, so both have to read these.
 */
export function compatCells(cells: CellTokens, { truncateValues, ignoreSpecies }: FinetuneCompat): CellTokens {
  if (!truncateValues && !ignoreSpecies) return cells;
  return {
    ...cells,
    values: truncateValues ? truncated(cells.values) : cells.values,
    species: ignoreSpecies ? new Uint8Array(cells.nCells) : cells.species,
  };
}

/** What a model taught so keeps, so that later steps show it cells in the same way; nothing without a switch. */
export function readsOf(compat: FinetuneCompat): FinetuneCompat | undefined {
  return compat.truncateValues || compat.ignoreSpecies ? compat : undefined;
}

/** What the card of a model says of how it reads cells. */
export function readsNote(compat: FinetuneCompat): string[] {
  const { truncateValues, ignoreSpecies } = compat;
  const ways = [
    ...(truncateValues ? ['values cut to whole numbers'] : []),
    ...(ignoreSpecies ? ['every cell taken for human'] : []),
  ];
  return ways.length === 0 ? [] : [`It was taught with ${ways.join(' and ')}, as published; it reads all cells so.`];
}

function truncated(values: CellTokens['values']): CellTokens['values'] {
  const { length } = values;
  return { length, subarray: (start, end) => values.subarray(start, end).map(Math.trunc) };
}
