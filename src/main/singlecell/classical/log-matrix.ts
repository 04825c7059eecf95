import type { Hold, Scran } from './scran-session.ts';
import type { ScranMatrix } from 'scran.js';

export interface Entries {
  /** Where the entries of each gene (or cell) begin; one more than there are. */
  indptr: Float64Array;
  indices: Int32Array;
  data: Float32Array;
}

/** Genes × cells on the WASM heap; counts with fractions (after removal of ambient RNA) keep them. */
export function countMatrix(
  scran: Scran,
  hold: Hold,
  size: { nGenes: number; nCells: number },
  { indptr, indices, data }: Entries,
  byGene: boolean,
): ScranMatrix {
  const forceInteger = data.every(Number.isInteger);
  return hold(
    scran.initializeSparseMatrixFromSparseArrays(size.nGenes, size.nCells, data, indices, indptr, {
      byRow: byGene,
      forceInteger,
    }),
  );
}

/** Total count of a cell with size factor 1: the mean total, or the lowest mean of any block, as scran centres it. */
export function unitTotal(totals: ArrayLike<number>, blocks: Int32Array | null): number {
  const sums: number[] = [];
  const numbers: number[] = [];
  for (let cell = 0; cell < totals.length; cell++) {
    const block = blocks?.[cell] ?? 0;
    sums[block] = (sums[block] ?? 0) + totals[cell];
    numbers[block] = (numbers[block] ?? 0) + (totals[cell] > 0 ? 1 : 0);
  }
  return Math.min(...sums.map((sum, block) => sum / numbers[block]).filter((mean) => mean > 0));
}
