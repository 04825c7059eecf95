import * as scran from 'scran.js';

export type Scran = typeof scran;

/** Marks an object on the WASM heap to be freed when the session ends; returns it. */
export type Hold = <T extends { free(): void }>(object: T) => T;

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs work with scran.js and gives back all of its memory; sessions of one process run one after another.
 *
 * Note: one thread, so that a result depends on neither the number of cores nor their load. The module is torn down
 * afterwards because a WASM heap grows but never shrinks.
 */
export function scranSession<T>(work: (scran: Scran, hold: Hold) => Promise<T>): Promise<T> {
  const session = async () => {
    await scran.initialize({ numberOfThreads: 1 });
    const held: { free(): void }[] = [];
    try {
      return await work(scran, (object) => {
        held.push(object);
        return object;
      });
    } finally {
      for (const object of held.reverse()) object.free();
      scran.terminate();
    }
  };
  const result = last.then(session, session);
  last = result.catch(() => undefined);
  return result;
}
