import { WorkbenchError } from '#shared/errors/workbench-error.ts';

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

/** Throws: data-format when a token is not in the vocabulary or a value is not finite. */
export function checkCells(cells: CellTokens, vocabularySize: number): void {
  for (let i = 0; i < cells.tokenIds.length; i++) {
    const token = cells.tokenIds[i];
    if (token >= 0 && token < vocabularySize && Number.isFinite(cells.values[i])) continue;
    throw new WorkbenchError(
      'data-format',
      `prepared cells: entry ${i} is token ${token} with value ${cells.values[i]}, the vocabulary has ${vocabularySize} tokens and values are finite; prepare the cells again.`,
    );
  }
}
