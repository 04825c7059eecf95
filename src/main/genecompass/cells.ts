/**
 * Rank-value encoded cells as training reads them, ragged: cell c has tokens [offsets[c], offsets[c + 1]).
 *
 * Note: a structural subset of the token set of `singlecell`, which this layer does not import.
 */
export interface CellTokens {
  readonly nCells: number;
  readonly offsets: Float64Array;
  readonly tokenIds: Int32Array;
  /** log2(1 + count / gene median). */
  readonly values: Float32Array;
  /** 0 human, 1 mouse. */
  readonly species: Uint8Array;
}

/** Number of tokens of each cell, cut at `maxLength`. */
export function cellLengths(cells: CellTokens, maxLength: number): Int32Array {
  return Int32Array.from({ length: cells.nCells }, (_, c) =>
    Math.min(maxLength, cells.offsets[c + 1] - cells.offsets[c]),
  );
}

/** All cells, 0..n-1. */
export function allCells(cells: CellTokens): Int32Array {
  return Int32Array.from({ length: cells.nCells }, (_, c) => c);
}
