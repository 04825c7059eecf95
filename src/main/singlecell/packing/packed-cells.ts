import { unpackRising, unpackVarints } from '#shared/util/varint.ts';
import type { CsrChunk } from '../types.ts';

/** Counts of consecutive cells as they are stored. All places are counted from the first of these cells. */
export interface PackedCells {
  nCells: number;
  /** Where the entries of each cell end, and the bytes of its genes and of its counts. Shape: one per cell. */
  entryEnds: Float64Array;
  geneEnds: Float64Array;
  countEnds: Float64Array;
  /** Total counts. Shape: one per cell. */
  totals: Float64Array;
  /** Varints: of each cell its first gene index, then the steps to the next ones. */
  genes: Uint8Array;
  /** Varints in the same order. */
  counts: Uint8Array;
}

/** The rows as they were before they were packed. */
export function unpackCells(
  { nCells, entryEnds, genes, counts }: PackedCells,
  start: number,
  nGenes: number,
): CsrChunk {
  const indptr = new Float64Array(nCells + 1);
  indptr.set(entryEnds, 1);
  const indices = new Int32Array(indptr[nCells]);
  const data = new Float32Array(indices.length);
  let at = 0;
  for (let cell = 0; cell < nCells; cell++) at = unpackRising(genes, at, indices, indptr[cell], indptr[cell + 1]);
  unpackVarints(counts, 0, data, 0, data.length);
  return { start, nCells, nGenes, indptr, indices, data };
}
