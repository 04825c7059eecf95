/** Effects of the ranked genes of a fate, and of null genes, on the same start cells. Shape: genes × cells. */
export interface DepthMatrix {
  effects: Float64Array;
  nulls: Float64Array;
  nCells: number;
}

/** How much was read of the cells of a fate. */
export interface CellReads {
  /** Of each perturbed start cell: total counts, detected genes, and genes the model reads. */
  counts: number[];
  genes: number[];
  read: number[];
  /** Median counts of the goal's cells. */
  goalCounts: number;
}

export function rowOf(effects: Float64Array, gene: number, nCells: number): Float64Array {
  return effects.subarray(gene * nCells, (gene + 1) * nCells);
}

/** Mean of the finite numbers of every row. */
export function rowMeans(effects: Float64Array, nCells: number): Float64Array {
  return Float64Array.from({ length: effects.length / nCells }, (_, gene) => {
    const told = rowOf(effects, gene, nCells).filter((value) => !Number.isNaN(value));
    return told.length > 0 ? told.reduce((sum, value) => sum + value, 0) / told.length : NaN;
  });
}

/** Start cells in which each gene changes the read-out at all. */
export function cellsMoved(effects: Float64Array, nCells: number): number[] {
  return Array.from(
    { length: effects.length / nCells },
    (_, gene) => rowOf(effects, gene, nCells).filter((value) => !Number.isNaN(value) && value !== 0).length,
  );
}

/** Some of the cells, in the order given. */
export function takeCells({ effects, nulls, nCells }: DepthMatrix, cells: readonly number[]): DepthMatrix {
  const take = (from: Float64Array) => {
    const nGenes = from.length / nCells;
    const taken = new Float64Array(nGenes * cells.length);
    for (let gene = 0; gene < nGenes; gene++)
      cells.forEach((cell, i) => (taken[gene * cells.length + i] = from[gene * nCells + cell]));
    return taken;
  };
  return { effects: take(effects), nulls: take(nulls), nCells: cells.length };
}
