import { chunksOf, subsetCounts } from '#singlecell/count-source.ts';
import type { CountSource } from '#singlecell/types.ts';

/** Counts and detected genes of some cells of a dataset, in the order of `cells`. */
export function cellDepth(source: CountSource, cells: readonly number[]): { counts: Float64Array; genes: Int32Array } {
  const depth = { counts: new Float64Array(cells.length), genes: new Int32Array(cells.length) };
  for (const chunk of chunksOf(subsetCounts(source, Int32Array.from(cells)))) {
    for (let cell = 0; cell < chunk.nCells; cell++) {
      for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) {
        if (chunk.data[i] === 0) continue;
        depth.counts[chunk.start + cell] += chunk.data[i];
        depth.genes[chunk.start + cell]++;
      }
    }
  }
  return depth;
}
