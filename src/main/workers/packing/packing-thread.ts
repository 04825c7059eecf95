import { RowListsReader } from '#singlecell/io/row-lists.ts';
import { packChunk, packRange, turnPieces } from '#singlecell/packing/packing.ts';
import { RowPacker } from '#singlecell/packing/row-packer.ts';
import { serve } from '../threads/answer.ts';
import type { ToPackingThread } from './protocol.ts';

interface Open {
  packer: RowPacker;
  reader: RowListsReader | null;
}

/** Packs ranges of rows, which it reads by itself where it can, and turns blocks of cells. */
const open = new Map<number, Open>();

serve<ToPackingThread>((message) => {
  switch (message.type) {
    case 'begin': {
      const { packing, plan, lists } = message;
      open.set(packing, { packer: new RowPacker(plan), reader: lists && new RowListsReader(lists) });
      return undefined;
    }
    case 'range': {
      const { packer, reader } = open.get(message.packing)!;
      return packRange(packer, reader!, message.start, message.end);
    }
    case 'chunk':
      return packChunk(open.get(message.packing)!.packer, message.chunk);
    case 'end': {
      const { packer, reader } = open.get(message.packing)!;
      reader?.close();
      open.delete(message.packing);
      return packer.tally;
    }
    case 'turn':
      return turnPieces(message.pieces, message.nGenes);
  }
});
