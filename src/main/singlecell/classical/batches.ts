import { WorkbenchError } from '#shared/errors/workbench-error.ts';

export interface Batches {
  /** One per cell, from 0 without gaps. */
  codes: Int32Array;
  nBatches: number;
  warnings: string[];
}

const MOST_BATCHES = 500;
/** Below this a batch gives too few mutual neighbours to be trusted. */
const SMALL_BATCH = 50;

/**
 * Batches of `cells` without gaps in their numbers; cells without one are a batch of their own.
 *
 * Throws: invalid-input with fewer than two or more than 500 batches.
 */
export function batchesOf(codes: Int32Array, cells: Int32Array): Batches {
  const found = [...new Set(Int32Array.from(cells, (cell) => codes[cell]))].sort((a, b) => a - b);
  if (found.length < 2) {
    throw new WorkbenchError(
      'invalid-input',
      'batch correction: all cells have the same batch, and it takes two to correct; choose another annotation, or none.',
    );
  }
  if (found.length > MOST_BATCHES) {
    throw new WorkbenchError(
      'invalid-input',
      `batch correction: there are ${found.length} batches, at most ${MOST_BATCHES} are corrected; choose the annotation that names the sample or run.`,
    );
  }
  const numberOf = new Map(found.map((code, number) => [code, number]));
  const numbers = Int32Array.from(cells, (cell) => numberOf.get(codes[cell])!);
  const sizes = new Int32Array(found.length);
  for (const number of numbers) sizes[number]++;
  const warnings: string[] = [];
  if (found[0] < 0) warnings.push(`Cells without a batch: ${sizes[0]}; they are treated as a batch of their own.`);
  const small = sizes.filter((size) => size < SMALL_BATCH).length;
  if (small > 0)
    warnings.push(
      `${small} of ${found.length} batches have fewer than ${SMALL_BATCH} cells; their correction is unsure.`,
    );
  return { codes: numbers, nBatches: found.length, warnings };
}
