import { bucketLength } from '../batching.ts';

/** Positions computed together when no batch size is given; longer batches leave the cache. */
const BATCH_POSITIONS = 1024;

/** Cells computed together; rows of the batch beyond them are padding. */
export interface PlannedCells {
  readonly cells: readonly number[];
  readonly batchSize: number;
  readonly padded: number;
}

/**
 * Cells of given lengths in batches of one padded length, shortest first; ties keep their order.
 *
 * `isWhole` pads every cell to `maxLength`.
 */
export function planByLength(
  lengths: ArrayLike<number>,
  maxLength: number,
  { isWhole = false, batchSize }: { isWhole?: boolean; batchSize?: number } = {},
): PlannedCells[] {
  const byLength = new Map<number, number[]>();
  for (let cell = 0; cell < lengths.length; cell++) {
    const padded = isWhole ? maxLength : bucketLength(lengths[cell], maxLength);
    const cells = byLength.get(padded);
    if (cells) cells.push(cell);
    else byLength.set(padded, [cell]);
  }
  const batches: PlannedCells[] = [];
  for (const [padded, inBucket] of [...byLength].sort(([a], [b]) => a - b)) {
    const most = batchSize ?? 2 ** Math.max(0, Math.floor(Math.log2(BATCH_POSITIONS / padded)));
    for (let start = 0; start < inBucket.length; start += most) {
      const cells = inBucket.slice(start, start + most);
      // Powers of two, so that remainders need few compiled graphs.
      batches.push({ cells, batchSize: Math.min(most, 2 ** Math.ceil(Math.log2(cells.length))), padded });
    }
  }
  return batches;
}
