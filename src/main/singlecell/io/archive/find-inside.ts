import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';
import { unwrap } from './unwrap.ts';

export interface Recognised<R> {
  place: Place;
  reader: R;
}

const MAX_DEPTH = 6;
const MAX_LOOKED_AT = 2000;
const MAX_LISTED = 6;

/**
 * The one dataset in an archive or behind gzip.
 *
 * Throws: data-format where there is none, or several.
 */
export async function onlyInside<R>(
  inside: Place,
  recognise: (place: Place) => Promise<R | null>,
): Promise<Recognised<R>> {
  const found: Recognised<R>[] = [];
  const seen: string[] = [];
  const look = async (place: Place, depth: number): Promise<void> => {
    if (seen.length > MAX_LOOKED_AT) return;
    seen.push(place.name);
    const reader = await recognise(place);
    if (reader !== null) {
      found.push({ place, reader });
      return;
    }
    const content = await unwrap(place);
    if (content.kind === 'folder' && depth < MAX_DEPTH) {
      for (const child of await content.children()) await look(child, depth + 1);
    } else if (content !== place) {
      const within = await recognise(content);
      if (within !== null) found.push({ place: content, reader: within });
    }
  };
  await look(inside, 0);
  if (found.length === 1) return found[0];
  const list = (names: readonly string[]) =>
    names.slice(0, MAX_LISTED).join(', ') + (names.length > MAX_LISTED ? ', …' : '');
  const fact =
    found.length > 1
      ? `it holds ${found.length} datasets (${list(found.map(({ place }) => place.name))})`
      : `nothing in it is a dataset of cells (${list(seen.slice(1)) || 'it is empty'})`;
  throw new WorkbenchError(
    'data-format',
    `${inside.name}: ${fact}, one is expected; unpack it and choose the data in it.`,
  );
}
