import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk } from '../types.ts';
import { cleanChunk, rowBlocks, type ChunkOrigin } from './csr-chunk.ts';
import { TRANSPOSE_ENTRIES } from './limits.ts';

/** Entries of a matrix in any order. */
export interface EntryBatch {
  genes: ArrayLike<number>;
  cells: ArrayLike<number>;
  values: ArrayLike<number>;
}

/**
 * Chunks by cell of a matrix that is stored otherwise: one pass counts the entries of each cell, then as many passes
 * as needed fill blocks of cells that fit in bounded memory.
 *
 * Note: with 32 million entries a block (256 MB), nearly every real file needs one filling pass.
 */
export async function* transposed(
  origin: ChunkOrigin,
  nCells: number,
  nGenes: number,
  entries: () => AsyncIterable<EntryBatch>,
  maxEntries: number = TRANSPOSE_ENTRIES,
): AsyncGenerator<CsrChunk> {
  const offsets = new Float64Array(nCells + 1);
  for await (const { cells } of entries()) {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i];
      if (!(cell >= 0 && cell < nCells) || !Number.isInteger(cell)) {
        throw new WorkbenchError(
          'data-format',
          `${origin.file}: ${origin.matrix}: cell index ${cell} is outside 0 to ${nCells - 1}; write the file anew from the source data.`,
        );
      }
      offsets[cell + 1]++;
    }
  }
  for (let cell = 0; cell < nCells; cell++) offsets[cell + 1] += offsets[cell];
  for (const [first, last] of rowBlocks(offsets, maxEntries, nCells)) {
    yield* filledBlock(origin, nGenes, offsets, first, last, entries);
  }
}

async function* filledBlock(
  origin: ChunkOrigin,
  nGenes: number,
  offsets: Float64Array,
  first: number,
  last: number,
  entries: () => AsyncIterable<EntryBatch>,
): AsyncGenerator<CsrChunk> {
  const base = offsets[first];
  const genes = new Int32Array(offsets[last] - base);
  const values = new Float32Array(genes.length);
  const next = offsets.slice(first, last);
  for await (const batch of entries()) {
    for (let i = 0; i < batch.cells.length; i++) {
      const cell = batch.cells[i];
      if (cell < first || cell >= last) continue;
      const at = next[cell - first]++ - base;
      genes[at] = batch.genes[i];
      values[at] = batch.values[i];
    }
  }
  const blockOffsets = offsets.subarray(first, last + 1);
  for (const [start, end] of rowBlocks(blockOffsets)) {
    const rows = blockOffsets.subarray(start, end + 1);
    const [from, to] = [rows[0] - base, rows[end - start] - base];
    yield cleanChunk(origin, first + start, nGenes, rows, genes.subarray(from, to), values.subarray(from, to));
  }
}
