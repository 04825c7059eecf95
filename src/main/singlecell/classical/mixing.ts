/** Neighbours of every cell, cell after cell. */
export interface NeighbourTable {
  /** Neighbours of each cell. */
  runs: Int32Array;
  indices: Int32Array;
}

/**
 * How far batches share neighbourhoods: neighbours of another batch, over all cells, as a share of those expected were
 * cells shuffled. 0: every batch stays among itself; 1: mixed as at random.
 *
 * Shape: `batches` one code from 0 per cell. Note: somewhat above 1 is possible where cells of one batch are the
 * neighbours of many.
 */
export function batchMixing({ runs, indices }: NeighbourTable, batches: Int32Array): number {
  const n = batches.length;
  const sizes: number[] = [];
  for (const batch of batches) sizes[batch] = (sizes[batch] ?? 0) + 1;
  let others = 0;
  let expected = 0;
  let at = 0;
  for (let cell = 0; cell < n; cell++) {
    for (let i = 0; i < runs[cell]; i++) if (batches[indices[at + i]] !== batches[cell]) others++;
    at += runs[cell];
    expected += (runs[cell] * (n - sizes[batches[cell]])) / (n - 1);
  }
  return others / expected;
}

/** Share of a cell's neighbours that carry its own label, averaged over labelled cells; null where no cell has one. */
export function labelPurity({ runs, indices }: NeighbourTable, labels: Int32Array): number | null {
  let sum = 0;
  let n = 0;
  let at = 0;
  for (let cell = 0; cell < labels.length; cell++) {
    const end = at + runs[cell];
    if (labels[cell] >= 0) {
      let same = 0;
      for (let i = at; i < end; i++) if (labels[indices[i]] === labels[cell]) same++;
      sum += same / runs[cell];
      n++;
    }
    at = end;
  }
  return n === 0 ? null : sum / n;
}
