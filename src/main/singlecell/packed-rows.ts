import { MAX_VARINT_BYTES, packRising, packVarints } from '#shared/util/varint.ts';
import type { PackedCells } from './packing/packed-cells.ts';
import type { CsrChunk } from './types.ts';

/** Numbers of a chunk as bytes, and where those of each row end. */
interface PackedRows {
  bytes: Uint8Array;
  ends: Float64Array;
}

/** Gene indices of the rows as steps from one to the next, about a byte each. */
export function packGenes({ nCells, indptr, indices }: CsrChunk): PackedRows {
  return packed(nCells, indptr, (from, to, bytes, at) => packRising(indices, from, to, bytes, at));
}

/** Counts of the rows, about a byte each. Throws: RangeError where one is not a whole number. */
export function packCounts({ nCells, indptr, data }: CsrChunk): PackedRows {
  return packed(nCells, indptr, (from, to, bytes, at) => packVarints(data, from, to, bytes, at));
}

/** Rows of a chunk as they are stored. Throws: RangeError where one is not a whole number. */
export function packCells(chunk: CsrChunk): PackedCells {
  const { nCells, indptr, data } = chunk;
  const genes = packGenes(chunk);
  const counts = packCounts(chunk);
  const totals = new Float64Array(nCells);
  for (let cell = 0; cell < nCells; cell++) {
    for (let i = indptr[cell]; i < indptr[cell + 1]; i++) totals[cell] += data[i];
  }
  return {
    nCells,
    entryEnds: indptr.slice(1),
    geneEnds: genes.ends,
    countEnds: counts.ends,
    totals,
    genes: genes.bytes,
    counts: counts.bytes,
  };
}

/** Reused: far more is needed while packing than is left of it. */
let scratch = new Uint8Array(0);

function packed(
  nRows: number,
  indptr: Float64Array,
  pack: (from: number, to: number, bytes: Uint8Array, at: number) => number,
): PackedRows {
  if (scratch.length < MAX_VARINT_BYTES * indptr[nRows]) scratch = new Uint8Array(MAX_VARINT_BYTES * indptr[nRows]);
  const bytes = scratch;
  const ends = new Float64Array(nRows);
  let at = 0;
  for (let row = 0; row < nRows; row++) ends[row] = at = pack(indptr[row], indptr[row + 1], bytes, at);
  return { bytes: bytes.slice(0, at), ends };
}

/** Throws: RangeError where the bytes of stored cells are not those of their entries. */
export function requireEnds(genes: Uint8Array, geneAt: number, counts: Uint8Array, countAt: number): void {
  if (geneAt !== genes.length || countAt !== counts.length) throw new RangeError('packed numbers end elsewhere');
}
