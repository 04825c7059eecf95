import { CounterRandom } from '#shared/util/random.ts';

/** Padded lengths: the powers of two and the halves between, so at most a third of a batch is padding. */
const BUCKETS = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048];
/** Batches that are ordered by length together; larger wastes less padding and mixes less. */
const WINDOW_BATCHES = 32;

/** Smallest bucket that holds `length` tokens, at most `maxLength`. */
export function bucketLength(length: number, maxLength: number): number {
  return Math.min(maxLength, BUCKETS.find((bucket) => bucket >= length) ?? maxLength);
}

/** Positions computed in one pass; at least those of one cell. Memory grows with them, and speed does no longer. */
const PASS_POSITIONS = 4096;

/** Cells computed together; short of `batchSize` only in the last one. */
export interface PlannedBatch {
  readonly cells: Int32Array;
  readonly length: number;
}

/** Cells of one pass over a batch of this size and length. */
export function cellsPerPass(batchSize: number, length: number): number {
  return Math.max(1, Math.min(batchSize, Math.floor(PASS_POSITIONS / length)));
}

/** A batch in passes of bounded memory, whose weighted mean is that of the batch. */
export function passesOf({ cells, length }: PlannedBatch, batchSize: number): PlannedBatch[] {
  const size = cellsPerPass(batchSize, length);
  return Array.from({ length: Math.ceil(cells.length / size) }, (_, i) => ({
    cells: cells.subarray(i * size, (i + 1) * size),
    length,
  }));
}

/**
 * Cells in batches of similar length: shuffled, ordered by length within a window, and the batches shuffled again.
 *
 * A pure function of (seed, epoch), so the place of a stopped run in it is one number.
 * Note: ties of length keep the shuffled order.
 */
export function planEpoch(
  cells: Int32Array,
  lengths: Int32Array,
  options: { batchSize: number; maxLength: number; seed: number; epoch: number },
): PlannedBatch[] {
  const { batchSize, maxLength, seed, epoch } = options;
  const random = new CounterRandom(seed, `order:${epoch}`);
  const shuffled = random.permutation(cells.length);
  const batches: PlannedBatch[] = [];
  const windowCells = WINDOW_BATCHES * batchSize;
  for (let start = 0; start < cells.length; start += windowCells) {
    const window = Array.from(shuffled.subarray(start, start + windowCells), (i) => cells[i]);
    window.sort((a, b) => lengths[a] - lengths[b]);
    batches.push(...cutBatches(Int32Array.from(window), lengths, batchSize, maxLength));
  }
  const order = new CounterRandom(seed, `batches:${epoch}`).permutation(batches.length);
  return Array.from(order, (i) => batches[i]);
}

/** All cells once, ordered by length, for evaluation; ties keep the order given. */
export function planEvaluation(
  cells: Int32Array,
  lengths: Int32Array,
  batchSize: number,
  maxLength: number,
): PlannedBatch[] {
  const sorted = Array.from(cells).sort((a, b) => lengths[a] - lengths[b]);
  return cutBatches(Int32Array.from(sorted), lengths, batchSize, maxLength);
}

function cutBatches(sorted: Int32Array, lengths: Int32Array, batchSize: number, maxLength: number): PlannedBatch[] {
  const batches: PlannedBatch[] = [];
  for (let start = 0; start < sorted.length; start += batchSize) {
    const cells = sorted.subarray(start, start + batchSize);
    batches.push({ cells, length: bucketLength(lengths[cells[cells.length - 1]], maxLength) });
  }
  return batches;
}
