import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { Project } from '#project/project.ts';
import { type CellPass, inPlace, type OnRange, type PassRunner } from '#singlecell/passes/cell-pass.ts';
import type { CountSource } from '#singlecell/types.ts';
import { AskedThread } from '../threads/asked-thread.ts';
import { sharing } from '../threads/sharing.ts';
import type { ThreadSource, ToThread } from './protocol.ts';

/** Cells of one range: some 15 MB of results where they are largest. */
const RANGE_CELLS = 1024;
/** Ranges handed out or waiting for their turn, for each thread. */
const RANGES_PER_THREAD = 2;

/** A pass runner with threads that have to be ended. */
export interface ClosablePassRunner extends PassRunner {
  readonly nThreads: number;
  close(): Promise<void>;
}

/**
 * Runs passes over a stored dataset in threads that each read their ranges from the project file; in place with one
 * thread, and where threads cannot be started.
 */
export async function passRunner(
  project: Project,
  { id, blobs }: ArtifactManifest,
  counts: CountSource,
  nThreads: number,
): Promise<ClosablePassRunner> {
  const none = { ...inPlace(counts), nThreads: 1, close: async () => undefined };
  if (nThreads <= 1) return none;
  const source: ThreadSource = {
    file: project.path,
    dataKey: Uint8Array.from(project.dataKey),
    dataset: { id, blobs },
    nGenes: counts.nGenes,
  };
  const started = await Promise.all(
    Array.from({ length: nThreads }, () => AskedThread.start<ToThread>('passes/pass-thread', source)),
  );
  const threads = started.filter((thread) => thread !== null);
  const close = async () => void (await Promise.all(threads.map((thread) => thread.close())));
  if (threads.length === nThreads) return threadRunner(threads, counts, close);
  await close();
  return none;
}

function threadRunner(
  threads: AskedThread<ToThread>[],
  counts: CountSource,
  close: () => Promise<void>,
): ClosablePassRunner {
  const { nCells, nGenes } = counts;
  return {
    nCells,
    nGenes,
    nThreads: threads.length,
    close,
    async run<P, R, E>(pass: CellPass<P, R, E>, params: P, onRange: OnRange<R>, firstCell = 0): Promise<E[]> {
      const shared = sharing(params);
      for (const thread of threads) thread.tell({ type: 'begin', pass: pass.name, params: shared });
      const results = new Map<number, Promise<R>>();
      let next = firstCell;
      let turn = 0;
      const handOut = () => {
        while (next < nCells && results.size < RANGES_PER_THREAD * threads.length) {
          const range = { start: next, end: Math.min(nCells, next + RANGE_CELLS) };
          const result = threads[turn++ % threads.length].ask({ type: 'range', ...range }) as Promise<R>;
          // It is awaited in its turn; a failure before that is no defect.
          result.catch(() => undefined);
          results.set(next, result);
          next = range.end;
        }
      };
      for (let start = firstCell; start < nCells; start += RANGE_CELLS) {
        handOut();
        const result = await results.get(start)!;
        results.delete(start);
        handOut();
        await onRange({ result, start, end: Math.min(nCells, start + RANGE_CELLS) });
      }
      return Promise.all(threads.map((thread) => thread.ask({ type: 'end' }) as Promise<E>));
    },
  };
}
