import type { CountSource } from '../types.ts';

/** Total count every cell is scaled to before the logarithm. */
export const LIBRARY_SIZE = 10_000;

/** log(1 + count × 10,000 / total of the cell), computed as rows are read; same zeros as the counts. */
export function logNormalised(counts: CountSource): CountSource {
  return {
    nCells: counts.nCells,
    nGenes: counts.nGenes,
    rows(start, end) {
      const chunk = counts.rows(start, end);
      const data = new Float32Array(chunk.data.length);
      for (let row = 0; row < chunk.nCells; row++) {
        let total = 0;
        for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) total += chunk.data[at];
        if (total <= 0) continue;
        for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) {
          data[at] = Math.log1p((chunk.data[at] * LIBRARY_SIZE) / total);
        }
      }
      return { ...chunk, data };
    },
  };
}

/** Columns `genes` (ascending) of a matrix as a matrix of their own. */
export function selectGenes(source: CountSource, genes: Int32Array): CountSource {
  const position = new Int32Array(source.nGenes).fill(-1);
  genes.forEach((gene, i) => (position[gene] = i));
  return {
    nCells: source.nCells,
    nGenes: genes.length,
    rows(start, end) {
      const chunk = source.rows(start, end);
      const indptr = new Float64Array(chunk.nCells + 1);
      const indices = new Int32Array(chunk.data.length);
      const data = new Float32Array(chunk.data.length);
      let n = 0;
      for (let row = 0; row < chunk.nCells; row++) {
        for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) {
          const column = position[chunk.indices[at]];
          if (column < 0) continue;
          indices[n] = column;
          data[n++] = chunk.data[at];
        }
        indptr[row + 1] = n;
      }
      return {
        start,
        nCells: chunk.nCells,
        nGenes: genes.length,
        indptr,
        indices: indices.subarray(0, n),
        data: data.subarray(0, n),
      };
    },
  };
}
