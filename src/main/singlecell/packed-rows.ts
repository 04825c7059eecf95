import { MAX_VARINT_BYTES, packRising, packVarints, unpackRising, unpackVarints } from '#shared/util/varint.ts';
import type { CsrChunk } from './types.ts';

/** Rows of whole counts in about two bytes an entry: gene indices as steps, counts as they are, both as varints. */
export interface PackedRows {
  genes: Uint8Array;
  counts: Uint8Array;
  /** Per row: where its bytes end in `genes` and in `counts`. */
  geneEnds: Float64Array;
  countEnds: Float64Array;
}

/** Packs the rows of a chunk of whole counts. Shape: the bytes belong to the caller. */
export function packRows({ nCells, indptr, indices, data }: CsrChunk): PackedRows {
  const genes = new Uint8Array(MAX_VARINT_BYTES * indptr[nCells]);
  const counts = new Uint8Array(MAX_VARINT_BYTES * indptr[nCells]);
  const geneEnds = new Float64Array(nCells);
  const countEnds = new Float64Array(nCells);
  let geneAt = 0;
  let countAt = 0;
  for (let row = 0; row < nCells; row++) {
    geneEnds[row] = geneAt = packRising(indices, indptr[row], indptr[row + 1], genes, geneAt);
    countEnds[row] = countAt = packVarints(data, indptr[row], indptr[row + 1], counts, countAt);
  }
  return { genes: genes.slice(0, geneAt), counts: counts.slice(0, countAt), geneEnds, countEnds };
}

/** The rows of a chunk from their bytes; `indptr` says how many entries each has. */
export function unpackRows(
  { start, nCells, nGenes, indptr }: Pick<CsrChunk, 'start' | 'nCells' | 'nGenes' | 'indptr'>,
  genes: Uint8Array,
  counts: Uint8Array,
): CsrChunk {
  const n = indptr[nCells];
  const indices = new Int32Array(n);
  const data = new Float32Array(n);
  let at = 0;
  for (let row = 0; row < nCells; row++) at = unpackRising(genes, at, indices, indptr[row], indptr[row + 1]);
  unpackVarints(counts, 0, data, 0, n);
  return { start, nCells, nGenes, indptr, indices, data };
}
