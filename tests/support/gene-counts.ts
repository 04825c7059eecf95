import type { GeneCounts } from '#singlecell/classical/markers.ts';
import type { CountSource } from '#singlecell/types.ts';

/** Counts in memory, gene by gene, with the total of every cell. */
export function geneCounts(source: CountSource): { counts: GeneCounts; totals: Float64Array } {
  const { nCells, nGenes } = source;
  const { indptr, indices, data } = source.rows(0, nCells);
  const offsets = new Float64Array(nGenes + 1);
  for (const gene of indices) offsets[gene + 1]++;
  for (let gene = 0; gene < nGenes; gene++) offsets[gene + 1] += offsets[gene];
  const next = offsets.slice();
  const cells = new Int32Array(indices.length);
  const counts = new Float32Array(indices.length);
  const totals = new Float64Array(nCells);
  for (let cell = 0; cell < nCells; cell++) {
    for (let i = indptr[cell]; i < indptr[cell + 1]; i++) {
      const at = next[indices[i]]++;
      cells[at] = cell;
      counts[at] = data[i];
      totals[cell] += data[i];
    }
  }
  return {
    totals,
    counts: {
      nGenes,
      nCells,
      offsets,
      genes: (first, last) => ({
        indptr: offsets.slice(first, last + 1).map((offset) => offset - offsets[first]),
        indices: cells.subarray(offsets[first], offsets[last]),
        data: counts.subarray(offsets[first], offsets[last]),
      }),
    },
  };
}
