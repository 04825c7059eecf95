import type { CsrChunk } from '../../types.ts';

/** The cells of a chunk that are among `rows`, which rise. Their `start` is that of the chunk. */
export function takeRows(chunk: CsrChunk, rows: Int32Array): CsrChunk {
  const first = lowerBound(rows, chunk.start);
  const last = lowerBound(rows, chunk.start + chunk.nCells);
  const nCells = last - first;
  const indptr = new Float64Array(nCells + 1);
  for (let i = 0; i < nCells; i++) {
    const cell = rows[first + i] - chunk.start;
    indptr[i + 1] = indptr[i] + chunk.indptr[cell + 1] - chunk.indptr[cell];
  }
  const indices = new Int32Array(indptr[nCells]);
  const data = new Float32Array(indptr[nCells]);
  for (let i = 0; i < nCells; i++) {
    const cell = rows[first + i] - chunk.start;
    indices.set(chunk.indices.subarray(chunk.indptr[cell], chunk.indptr[cell + 1]), indptr[i]);
    data.set(chunk.data.subarray(chunk.indptr[cell], chunk.indptr[cell + 1]), indptr[i]);
  }
  return { ...chunk, nCells, indptr, indices, data };
}

function lowerBound(rows: Int32Array, value: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
