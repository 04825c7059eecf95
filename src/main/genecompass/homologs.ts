/**
 * Row of the prior tables each token uses in a mouse cell.
 *
 * `homologs` maps a mouse token to the human token that stands for it in the cell (published scheme), so the human
 * token is looked up at its mouse row. Shape: V. Source: spec/genecompass.md §1.4.
 */
export function homologIndexOf(vocabularySize: number, homologs: ReadonlyMap<number, number>): Int32Array {
  const index = Int32Array.from({ length: vocabularySize }, (_, token) => token);
  for (const [mouse, human] of homologs) index[human] = mouse;
  return index;
}
