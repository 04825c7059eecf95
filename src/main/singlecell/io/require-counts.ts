import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk } from '../types.ts';

/** The largest count that float32 holds exactly. */
const MAX_COUNT = 2 ** 24;

/** Throws data-format when a chunk holds anything but counts. */
export function requireCounts(chunk: CsrChunk, file: string, matrix: string): void {
  const { data, indptr, start } = chunk;
  for (let cell = 0; cell < chunk.nCells; cell++) {
    for (let i = indptr[cell]; i < indptr[cell + 1]; i++) {
      const value = data[i];
      if (value >= 0 && value <= MAX_COUNT && Number.isInteger(value)) continue;
      const what = value < 0 ? 'a negative value' : value > MAX_COUNT ? 'a count above 16,777,216' : 'a fraction';
      throw new WorkbenchError(
        'data-format',
        `${file}: ${matrix}, cell ${start + cell + 1}: it holds ${what} (${value}), raw counts are expected; choose the matrix from before normalisation.`,
      );
    }
  }
}
