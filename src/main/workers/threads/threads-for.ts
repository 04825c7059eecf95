import { availableParallelism } from 'node:os';

/** Memory of a thread at work, measured, with some to spare. */
const THREAD_BYTES = 300 * 2 ** 20;
const MAX_THREADS = 16;
/** Below this the start of threads takes longer than they save. */
const MIN_CELLS = 4096;

/** Threads worth starting for so many cells: one for each processor, as memory allows. */
export function threadsFor(nCells: number): number {
  if (nCells < MIN_CELLS) return 1;
  const inMemory = Math.floor(process.availableMemory() / 2 / THREAD_BYTES);
  return Math.max(1, Math.min(MAX_THREADS, availableParallelism(), inMemory));
}
