import { parentPort } from 'node:worker_threads';
import { hdf5 } from './library.ts';
import { nameInMemory } from './memory-files.ts';

/** Objects looked at; files of cells have some hundreds. */
const MAX_OBJECTS = 5000;
const MAX_DEPTH = 6;

const { Dataset, File, Group } = await hdf5();
let nLeft = MAX_OBJECTS;
let hasCrashed = false;

/** A path, or the bytes of a file in memory that both threads share. */
parentPort?.on('message', (file: string | Uint8Array) => {
  nLeft = MAX_OBJECTS;
  hasCrashed = false;
  const held = typeof file === 'string' ? null : nameInMemory(Buffer.from(file.buffer, file.byteOffset, file.length));
  attempt(() => {
    const root = new File(held?.path ?? String(file), 'r');
    if (root.file_id < 0n) return;
    attempt(() => visit(root, 0));
    root.close();
  });
  held?.forget();
  parentPort?.postMessage(hasCrashed ? 'crashed' : 'done');
});
parentPort?.postMessage('ready');

/** Touches every header, attribute and the ends of every list, which is where a damaged file goes in circles. */
function visit(group: InstanceType<typeof Group>, depth: number): void {
  touchAttributes(group);
  for (const key of group.keys()) {
    if (nLeft-- <= 0) return;
    const entity = attempt(() => group.get(key));
    if (entity instanceof Dataset) {
      touchAttributes(entity);
      attempt(() => touchEnds(entity));
    } else if (entity instanceof Group && depth < MAX_DEPTH) attempt(() => visit(entity, depth + 1));
  }
}

function touchAttributes({ attrs }: { attrs: Record<string, { value: unknown }> }): void {
  for (const name of Object.keys(attrs)) attempt(() => attrs[name].value);
}

function touchEnds(dataset: InstanceType<typeof Dataset>): void {
  const { shape, virtual_sources: sources } = dataset.metadata;
  if (sources?.length || !shape?.length || shape.includes(0)) return;
  const rest = shape.slice(1).map((): [number, number] => [0, 1]);
  dataset.slice([[0, 1], ...rest]);
  dataset.slice([[shape[0] - 1, shape[0]], ...rest]);
}

/** What cannot be read here is told, with words, when it is read in earnest; a crash of the library is not risked again. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    hasCrashed ||= thrown instanceof Error && thrown.name === 'RuntimeError';
    return undefined;
  }
}
