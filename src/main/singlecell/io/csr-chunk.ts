import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk } from '../types.ts';
import { CHUNK_CELLS, CHUNK_ENTRIES } from './limits.ts';

/** Where a chunk comes from, for messages such as `pbmc.h5ad: X, cell 12: …`. */
export interface ChunkOrigin {
  file: string;
  matrix: string;
}

/**
 * Makes a clean chunk from rows as they lie in a file: columns sorted, duplicates summed, stored zeros dropped.
 *
 * Throws data-format for an index out of range and for values that are not finite.
 */
export function cleanChunk(
  origin: ChunkOrigin,
  start: number,
  nGenes: number,
  rowOffsets: ArrayLike<number>,
  genes: ArrayLike<number>,
  values: ArrayLike<number>,
): CsrChunk {
  const nCells = rowOffsets.length - 1;
  const base = rowOffsets[0];
  const indptr = new Float64Array(nCells + 1);
  const indices = new Int32Array(rowOffsets[nCells] - base);
  const data = new Float32Array(indices.length);
  const rows = { offsets: rowOffsets, base, nCells };
  const at =
    genes instanceof Int32Array && values instanceof Float32Array
      ? cleanTyped(rows, nGenes, genes, values, { indptr, indices, data })
      : -1;
  if (at >= 0) return { start, nCells, nGenes, indptr, indices: indices.subarray(0, at), data: data.subarray(0, at) };
  return cleanAny(origin, start, rows, nGenes, genes, values, { indptr, indices, data });
}

interface Rows {
  offsets: ArrayLike<number>;
  base: number;
  nCells: number;
}

type Into = Pick<CsrChunk, 'indptr' | 'indices' | 'data'>;

/** What nearly every file holds, in a loop the compiler knows the types of; −1 where something is wrong with it. */
function cleanTyped(
  { offsets, base, nCells }: Rows,
  nGenes: number,
  genes: Int32Array,
  values: Float32Array,
  { indptr, indices, data }: Into,
): number {
  let at = 0;
  for (let cell = 0; cell < nCells; cell++) {
    const rowStart = at;
    const to = offsets[cell + 1] - base;
    let last = -1;
    let isRising = true;
    for (let i = offsets[cell] - base; i < to; i++) {
      const gene = genes[i];
      const value = values[i];
      // The difference is NaN where the value is not finite.
      if (!(gene >= 0 && gene < nGenes) || value - value !== 0) return -1;
      if (value === 0) continue;
      if (gene <= last) isRising = false;
      last = gene;
      indices[at] = gene;
      data[at++] = value;
    }
    if (!isRising) at = sortRow(indices, data, rowStart, at);
    indptr[cell + 1] = at;
  }
  return at;
}

function cleanAny(
  origin: ChunkOrigin,
  start: number,
  { offsets, base, nCells }: Rows,
  nGenes: number,
  genes: ArrayLike<number>,
  values: ArrayLike<number>,
  { indptr, indices, data }: Into,
): CsrChunk {
  let at = 0;
  for (let cell = 0; cell < nCells; cell++) {
    const rowStart = at;
    let isRising = true;
    for (let i = offsets[cell] - base; i < offsets[cell + 1] - base; i++) {
      const gene = genes[i];
      const value = values[i];
      if (!(gene >= 0 && gene < nGenes) || !Number.isInteger(gene)) {
        throw bad(origin, start + cell, `gene index ${gene} is outside 0 to ${nGenes - 1}`);
      }
      if (!Number.isFinite(Math.fround(value))) throw bad(origin, start + cell, `it holds the value ${value}`);
      if (value === 0) continue;
      if (at > rowStart && gene <= indices[at - 1]) isRising = false;
      indices[at] = gene;
      data[at++] = value;
    }
    if (!isRising) at = sortRow(indices, data, rowStart, at);
    indptr[cell + 1] = at;
  }
  return { start, nCells, nGenes, indptr, indices: indices.subarray(0, at), data: data.subarray(0, at) };
}

/** Row ranges of bounded size, given the entries of each row by their offsets. */
export function* rowBlocks(
  rowOffsets: ArrayLike<number>,
  maxEntries: number = CHUNK_ENTRIES,
  maxRows: number = CHUNK_CELLS,
): Generator<[start: number, end: number]> {
  const nRows = rowOffsets.length - 1;
  for (let start = 0; start < nRows;) {
    let end = start + 1;
    while (end < nRows && end - start < maxRows && rowOffsets[end + 1] - rowOffsets[start] <= maxEntries) end++;
    yield [start, end];
    start = end;
  }
}

/** Sorts the entries [from, to) of a row by gene in place and sums those of one gene; returns where the row ends then. */
export function sortRow(indices: Int32Array, data: Float32Array, from: number, to: number): number {
  // Gene and place in one number sort without a comparison function, and equal genes stay in their order.
  const n = to - from;
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) keys[i] = indices[from + i] * n + i;
  keys.sort();
  const values = data.slice(from, to);
  let at = from;
  for (const key of keys) {
    const gene = Math.floor(key / n);
    const value = values[key % n];
    if (at > from && indices[at - 1] === gene) data[at - 1] += value;
    else {
      indices[at] = gene;
      data[at++] = value;
    }
  }
  return at;
}

function bad({ file, matrix }: ChunkOrigin, cell: number, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${file}: ${matrix}, cell ${cell + 1}: ${fact}; write the file anew from the source data.`,
  );
}
