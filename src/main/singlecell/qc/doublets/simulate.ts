import { CounterRandom } from '#shared/util/random.ts';
import { LIBRARY_SIZE } from '../../expression/log-normalise.ts';
import type { CountSource, CsrChunk } from '../../types.ts';

/** Two different cells for each doublet: first and second of doublet d at 2d and 2d + 1. Throws RangeError below two cells. */
export function drawPairs(nCells: number, nDoublets: number, seed: number): Int32Array {
  if (nCells < 2) throw new RangeError('a pair needs two cells');
  const random = new CounterRandom(seed, 'doublet-pairs');
  const pairs = new Int32Array(2 * nDoublets);
  for (let doublet = 0; doublet < nDoublets; doublet++) {
    const first = random.integer(2 * doublet, nCells);
    const step = 1 + random.integer(2 * doublet + 1, nCells - 1);
    pairs[2 * doublet] = first;
    pairs[2 * doublet + 1] = (first + step) % nCells;
  }
  return pairs;
}

/** Doublets as cells: the counts of both cells of each pair added. */
export function addedPairs(cells: CsrChunk, pairs: Int32Array): CountSource {
  return {
    nCells: pairs.length / 2,
    nGenes: cells.nGenes,
    rows(start, end) {
      let most = 0;
      for (let i = 2 * start; i < 2 * end; i++) most += cells.indptr[pairs[i] + 1] - cells.indptr[pairs[i]];
      const indptr = new Float64Array(end - start + 1);
      const indices = new Int32Array(most);
      const data = new Float32Array(most);
      let n = 0;
      for (let doublet = start; doublet < end; doublet++) {
        n = addRows(cells, pairs[2 * doublet], pairs[2 * doublet + 1], indices, data, n);
        indptr[doublet - start + 1] = n;
      }
      return {
        start,
        nCells: end - start,
        nGenes: cells.nGenes,
        indptr,
        indices: indices.subarray(0, n),
        data: data.subarray(0, n),
      };
    },
  };
}

/** log(1 + count × 10,000 / total) where the totals are known and the columns are only some of the genes. */
export function logOfTotals(counts: CountSource, totals: Float64Array): CountSource {
  return {
    nCells: counts.nCells,
    nGenes: counts.nGenes,
    rows(start, end) {
      const chunk = counts.rows(start, end);
      const data = new Float32Array(chunk.data.length);
      for (let row = 0; row < chunk.nCells; row++) {
        const factor = LIBRARY_SIZE / totals[start + row];
        for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) {
          data[at] = Math.log1p(chunk.data[at] * factor);
        }
      }
      return { ...chunk, data };
    },
  };
}

function addRows(
  { indptr, indices, data }: CsrChunk,
  first: number,
  second: number,
  intoIndices: Int32Array,
  intoData: Float32Array,
  n: number,
): number {
  let a = indptr[first];
  let b = indptr[second];
  const aEnd = indptr[first + 1];
  const bEnd = indptr[second + 1];
  while (a < aEnd || b < bEnd) {
    const geneA = a < aEnd ? indices[a] : Infinity;
    const geneB = b < bEnd ? indices[b] : Infinity;
    intoIndices[n] = Math.min(geneA, geneB);
    intoData[n++] = (geneA <= geneB ? data[a++] : 0) + (geneB <= geneA ? data[b++] : 0);
  }
  return n;
}
