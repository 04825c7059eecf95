import { Worker } from 'node:worker_threads';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { wholeContent } from '../archive/whole-content.ts';
import { PROBE_LIMIT_MS } from '../limits.ts';
import type { Place } from '../place.ts';

type Outcome = 'done' | 'crashed' | 'late' | 'no-thread';
/** Kept for the next file: starting it takes longer than looking. */
let idle: Worker | null = null;

/**
 * Looks through an HDF5 file in a thread of its own. Throws data-format when the library crashes or comes to no end.
 *
 * Note: the HDF5 library runs in circles or aborts on some damaged headers (1 to 3 in 100 of our mutated files); in the
 * calling thread that could be neither stopped nor undone.
 */
export async function probeHdf5(place: Place, limitMs: number = PROBE_LIMIT_MS): Promise<void> {
  const isReused = idle !== null;
  const file = place.path ?? (await wholeContent(place));
  let outcome = await probeOnce(file, limitMs);
  // An earlier damaged file may have left the thread in disorder.
  if (outcome === 'crashed' && isReused) outcome = await probeOnce(file, limitMs);
  if (outcome === 'done' || outcome === 'no-thread') return;
  const fact = outcome === 'late' ? 'its HDF5 structure leads in circles' : 'its HDF5 structure contradicts itself';
  throw new WorkbenchError(
    'data-format',
    `${place.name}: ${fact}, so the file is damaged; copy it again or write it anew.`,
  );
}

async function probeOnce(file: string | Uint8Array, limitMs: number): Promise<Outcome> {
  const worker = idle ?? (await start());
  idle = null;
  // Without the thread the file is read unprobed: that is what happens to intact files anyway.
  if (!worker) return 'no-thread';
  worker.ref();
  const answer = nextMessage(worker);
  worker.postMessage(file);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), limitMs)));
  const outcome = ((await Promise.race([answer, late])) ?? 'crashed') as Outcome;
  clearTimeout(timer);
  if (outcome === 'done' && !idle) {
    worker.unref();
    idle = worker;
  } else await worker.terminate();
  return outcome;
}

/** Started with its own stdout and stderr, which are dropped: the library prints there when it aborts. */
async function start(): Promise<Worker | null> {
  const here = import.meta.url;
  // Bundled code lies in out/main or out/main/chunks, the thread always in out/main.
  const bundled = here.includes('/chunks/') ? '../probe-thread.js' : './probe-thread.js';
  const worker = new Worker(new URL(here.endsWith('.ts') ? './probe-thread.ts' : bundled, here), {
    stdout: true,
    stderr: true,
  });
  return (await nextMessage(worker)) === 'ready' ? worker : null;
}

/** What the thread says next; null when it ends instead. */
function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => {
    const settle = (message: unknown) => {
      worker.off('message', settle).off('error', end).off('exit', end);
      resolve(message);
    };
    const end = () => settle(null);
    worker.on('message', settle).on('error', end).on('exit', end);
  });
}
