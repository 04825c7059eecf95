import { packCells } from '#singlecell/packed-rows.ts';
import type { CountSource } from '#singlecell/types.ts';

/** The same counts as a project stores them: passes that can read packed numbers do. */
export function packedSource(source: CountSource): CountSource {
  return {
    nCells: source.nCells,
    nGenes: source.nGenes,
    rows: (start, end) => source.rows(start, end),
    packed(start, end) {
      const { entryEnds, ...packed } = packCells(source.rows(start, end));
      return { ...packed, start, nGenes: source.nGenes, indptr: Float64Array.of(0, ...entryEnds) };
    },
  };
}
