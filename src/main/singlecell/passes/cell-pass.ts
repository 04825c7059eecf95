import { release } from '#shared/util/release.ts';
import { CHUNK_CELLS } from '../count-source.ts';
import type { CountSource, CsrChunk, PackedChunk } from '../types.ts';

/**
 * Work that is done on one range of cells after another: in one thread or in several, each with a running pass of its own.
 *
 * What comes of it must not depend on how the cells are cut into ranges or shared out.
 */
export interface CellPass<P, R, E> {
  readonly name: string;
  begin(params: P): RunningPass<R, E>;
}

export interface RunningPass<R, E> {
  range(chunk: CsrChunk): R;
  /** The same of cells as they are stored, where they are; their memory is gone afterwards. */
  packed?(chunk: PackedChunk): R;
  /** What was gathered over all ranges this pass has seen. */
  end(): E;
}

export interface RangeResult<R> {
  result: R;
  /** Cells [start, end). */
  start: number;
  end: number;
}

/** Called once for each range, in the order of the cells; the next one waits for it. May throw to stop the pass. */
export type OnRange<R> = (range: RangeResult<R>) => void | Promise<void>;

/** Runs passes over the cells of one dataset. */
export interface PassRunner {
  readonly nCells: number;
  readonly nGenes: number;
  /** Runs a pass over the cells from `firstCell` on; gives what each of its threads gathered, in no defined order. */
  run<P, R, E>(pass: CellPass<P, R, E>, params: P, onRange: OnRange<R>, firstCell?: number): Promise<E[]>;
}

/** One range of a running pass, in the form that costs least. */
export function runRange<R>(running: RunningPass<R, unknown>, counts: CountSource, start: number, end: number): R {
  const chunk = running.packed ? counts.packed?.(start, end) : null;
  if (!chunk) return running.range(counts.rows(start, end));
  const result = running.packed!(chunk);
  release(chunk.genes);
  release(chunk.counts);
  return result;
}

/** Runs passes in the calling thread. */
export function inPlace(counts: CountSource): PassRunner {
  return {
    nCells: counts.nCells,
    nGenes: counts.nGenes,
    async run(pass, params, onRange, firstCell = 0) {
      const running = pass.begin(params);
      for (let start = firstCell; start < counts.nCells; start += CHUNK_CELLS) {
        const end = Math.min(counts.nCells, start + CHUNK_CELLS);
        await onRange({ result: runRange(running, counts, start, end), start, end });
      }
      return [running.end()];
    },
  };
}
