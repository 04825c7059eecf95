import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { NumberList } from '#shared/util/number-list.ts';

/** Looked at together. */
const CHECKED_TOKENS = 1 << 16;

/**
 * Rank-value encoded cells as training reads them, ragged: cell c has tokens [offsets[c], offsets[c + 1]).
 *
 * Note: a structural subset of the token set of `singlecell`, which this layer does not import.
 */
export interface CellTokens {
  readonly nCells: number;
  readonly offsets: Float64Array;
  readonly tokenIds: NumberList<Int32Array>;
  /** log2(1 + count / gene median). */
  readonly values: NumberList<Float32Array>;
  /** 0 human, 1 mouse. */
  readonly species: Uint8Array;
}

/** Cells of which nothing lies elsewhere. */
export interface HeldCellTokens extends CellTokens {
  readonly tokenIds: Int32Array;
  readonly values: Float32Array;
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
  for (let start = 0; start < cells.tokenIds.length; start += CHECKED_TOKENS) {
    const tokenIds = cells.tokenIds.subarray(start, start + CHECKED_TOKENS);
    const values = cells.values.subarray(start, start + CHECKED_TOKENS);
    for (let i = 0; i < tokenIds.length; i++) {
      if (tokenIds[i] >= 0 && tokenIds[i] < vocabularySize && Number.isFinite(values[i])) continue;
      throw new WorkbenchError(
        'data-format',
        `prepared cells: entry ${start + i} is token ${tokenIds[i]} with value ${values[i]}, the vocabulary has ${vocabularySize} tokens and values are finite; prepare the cells again.`,
      );
    }
  }
}
