import type { Place } from '../place.ts';
import { gunzip, skipBytes } from './gunzip.ts';

/** The content of a gzip file, under its name without `.gz`. */
export class GzipPlace implements Place {
  readonly name: string;
  readonly kind = 'file';
  readonly path = null;
  readonly sizeBytes = null;
  readonly #packed: Place;

  constructor(packed: Place) {
    this.#packed = packed;
    this.name = packed.name.replace(/\.(gz|gzip|bgz)$/i, '');
  }

  children(): Promise<Place[]> {
    return Promise.resolve([]);
  }

  child(): Promise<Place | null> {
    return Promise.resolve(null);
  }

  sibling(name: string): Promise<Place | null> {
    return this.#packed.sibling(name);
  }

  bytes(start = 0): AsyncIterable<Uint8Array> {
    return skipBytes(gunzip(this.#packed), start);
  }
}
