import type { RowLists } from '#singlecell/io/row-lists.ts';
import type { PackedCells } from '#singlecell/packing/packed-cells.ts';
import { packInPlace, type Packing, type PackRunner } from '#singlecell/packing/packing.ts';
import type { ColumnTally, PackPlan } from '#singlecell/packing/row-packer.ts';
import type { TurnedBlock } from '#singlecell/packing/turn-block.ts';
import { AskedThread } from '../threads/asked-thread.ts';
import { sharing } from '../threads/sharing.ts';
import type { ToPackingThread } from './protocol.ts';

/** A pack runner with threads that have to be ended. */
export interface ClosablePackRunner extends PackRunner {
  close(): Promise<void>;
}

/** Packs in threads; in place with one, and where threads cannot be started. */
export async function packRunner(nThreads: number): Promise<ClosablePackRunner> {
  const none = { ...packInPlace, close: async () => undefined };
  if (nThreads <= 1) return none;
  const started = await Promise.all(
    Array.from({ length: nThreads }, () => AskedThread.start<ToPackingThread>('packing/packing-thread', null)),
  );
  const threads = started.filter((thread) => thread !== null);
  const close = async () => void (await Promise.all(threads.map((thread) => thread.close())));
  if (threads.length === nThreads) return new ThreadPackRunner(threads, close);
  await close();
  return none;
}

class ThreadPackRunner implements ClosablePackRunner {
  readonly nThreads: number;
  readonly close: () => Promise<void>;
  readonly #threads: AskedThread<ToPackingThread>[];
  #nBegun = 0;

  constructor(threads: AskedThread<ToPackingThread>[], close: () => Promise<void>) {
    this.nThreads = threads.length;
    this.close = close;
    this.#threads = threads;
  }

  begin(plan: PackPlan, lists: RowLists | null): Packing {
    const packing = this.#nBegun++;
    const shared = lists && { ...lists, ...(sharing({ offsets: lists.offsets }) as Pick<RowLists, 'offsets'>) };
    for (const thread of this.#threads) thread.tell({ type: 'begin', packing, plan, lists: shared });
    return {
      range: (start, end) => this.#ask<PackedCells>({ type: 'range', packing, start, end }),
      chunk: (chunk) =>
        this.#ask({ type: 'chunk', packing, chunk }, [chunk.indptr, chunk.indices, chunk.data].map(bufferOf)),
      end: () =>
        Promise.all(this.#threads.map((thread) => thread.ask({ type: 'end', packing }) as Promise<ColumnTally>)),
    };
  }

  turn(pieces: Parameters<PackRunner['turn']>[0], nGenes: number): Promise<TurnedBlock> {
    return this.#ask(
      { type: 'turn', pieces, nGenes },
      pieces.flatMap(({ genes, counts }) => [genes, counts].map(bufferOf)),
    );
  }

  /** The thread that waits for least. */
  #ask<T>(message: ToPackingThread, transfer: ArrayBuffer[] = []): Promise<T> {
    const thread = this.#threads.reduce((least, one) => (one.nWaiting < least.nWaiting ? one : least));
    return thread.ask(message, [...new Set(transfer)]) as Promise<T>;
  }
}

/** Chunks and pieces are made for the one who asks for them, so their memory can be handed over. */
function bufferOf(values: ArrayBufferView): ArrayBuffer {
  return values.buffer as ArrayBuffer;
}
