import { release } from '#shared/util/release.ts';
import type { CsrChunk } from '../types.ts';
import type { PackedCells } from './packed-cells.ts';
import { type RowLists, RowListsReader } from '../io/row-lists.ts';
import { RowPacker, type ColumnTally, type PackPlan } from './row-packer.ts';
import { turnBlock, type BlockPiece, type TurnedBlock } from './turn-block.ts';

/** What is packed of one file. Several calls may run at a time; their results are to be used in the order of the cells. */
export interface Packing {
  /** Rows [start, end) of the lists it began with, up to the first odd one. */
  range(start: number, end: number): Promise<PackedCells>;
  /** Rows up to the first odd one; `rest` are those from there on. The chunk belongs to the packing afterwards. */
  chunk(chunk: CsrChunk): Promise<{ cells: PackedCells; rest: CsrChunk | null }>;
  /** Cells and counts of each column over all rows that were packed. Null: nothing was. */
  end(): Promise<ColumnTally[]>;
}

/** Who packs rows and turns blocks: the calling thread or others. */
export interface PackRunner {
  readonly nThreads: number;
  /** `lists`: where rows can be read without the caller. */
  begin(plan: PackPlan, lists: RowLists | null): Packing;
  /** Each piece has memory of its own, which is gone afterwards. */
  turn(pieces: BlockPiece[], nGenes: number): Promise<TurnedBlock>;
}

/** Packs in the calling thread. */
export const packInPlace: PackRunner = {
  nThreads: 1,
  begin(plan, lists) {
    const packer = new RowPacker(plan);
    const reader = lists && new RowListsReader(lists);
    return {
      range: async (start, end) => packRange(packer, reader!, start, end),
      chunk: async (chunk) => packChunk(packer, chunk),
      async end() {
        reader?.close();
        return [packer.tally];
      },
    };
  },
  turn: async (pieces, nGenes) => turnPieces(pieces, nGenes),
};

/** No cell where the lists are damaged or hold what cannot be packed: who reads them with care will say so. */
export function packRange(packer: RowPacker, reader: RowListsReader, start: number, end: number): PackedCells {
  try {
    return packer.pack(reader.rows(start, end));
  } catch {
    return packer.pack({ offsets: new Float64Array(1), genes: new Int32Array(0), values: new Float32Array(0) });
  }
}

export function packChunk(packer: RowPacker, chunk: CsrChunk): { cells: PackedCells; rest: CsrChunk | null } {
  const cells = packer.pack({ offsets: chunk.indptr, genes: chunk.indices, values: chunk.data });
  return { cells, rest: cells.nCells === chunk.nCells ? null : restOf(chunk, cells.nCells) };
}

/** Turns a block and gives the memory of its pieces back. */
export function turnPieces(pieces: readonly BlockPiece[], nGenes: number): TurnedBlock {
  const turned = turnBlock(pieces, nGenes);
  for (const { genes, counts } of pieces) [genes, counts].forEach(release);
  return turned;
}

/** The rows of a chunk from `first` on. */
export function restOf(chunk: CsrChunk, first: number): CsrChunk {
  const from = chunk.indptr[first];
  return {
    ...chunk,
    start: chunk.start + first,
    nCells: chunk.nCells - first,
    indptr: chunk.indptr.subarray(first).map((offset) => offset - from),
    indices: chunk.indices.subarray(from),
    data: chunk.data.subarray(from),
  };
}
