import type { RowLists } from '#singlecell/io/row-lists.ts';
import type { PackPlan } from '#singlecell/packing/row-packer.ts';
import type { BlockPiece } from '#singlecell/packing/turn-block.ts';
import type { CsrChunk } from '#singlecell/types.ts';

/** `packing`: its number, as several files may be packed one after the other. */
export type ToPackingThread =
  | { type: 'begin'; packing: number; plan: PackPlan; lists: RowLists | null }
  | { type: 'range'; packing: number; start: number; end: number }
  | { type: 'chunk'; packing: number; chunk: CsrChunk }
  | { type: 'end'; packing: number }
  | { type: 'turn'; pieces: BlockPiece[]; nGenes: number };
