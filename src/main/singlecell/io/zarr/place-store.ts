import type { AbsolutePath, AsyncReadable, RangeQuery } from 'zarrita';
import { MAX_CHUNK_BYTES } from '../limits.ts';
import { readSome, type Place } from '../place.ts';
import type { ZarrNode } from './nodes.ts';

/** Packed bytes may be a little more than what they hold. */
const MAX_STORED_BYTES = MAX_CHUNK_BYTES + 2 ** 20;

/** The chunks of one array as zarrita asks for them; its description is the one that was checked. */
export class ArrayStore implements AsyncReadable {
  readonly #folder: Place | null;
  readonly #documents: ReadonlyMap<string, Uint8Array>;
  /** A shard that can be read only from its beginning, as in an archive; kept for its next part. */
  #whole: { key: string; bytes: Uint8Array } | null = null;

  constructor({ place, version }: ZarrNode, document: unknown) {
    this.#folder = place;
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    this.#documents = new Map([[version === 3 ? '/zarr.json' : '/.zarray', bytes]]);
  }

  async get(key: AbsolutePath): Promise<Uint8Array | undefined> {
    const document = this.#documents.get(key);
    if (document) return document;
    const place = await this.#find(key);
    return place ? readWhole(place) : undefined;
  }

  async getRange(key: AbsolutePath, range: RangeQuery): Promise<Uint8Array | undefined> {
    const place = await this.#find(key);
    if (!place) return undefined;
    const isDirect = place.path !== null && place.sizeBytes !== null;
    const bytes = isDirect ? null : await this.#held(key, place);
    const size = bytes?.length ?? place.sizeBytes!;
    const length = 'suffixLength' in range ? range.suffixLength : range.length;
    const start = 'suffixLength' in range ? size - length : range.offset;
    if (!(start >= 0 && length >= 0 && length <= MAX_STORED_BYTES && start + length <= size)) {
      throw new RangeError(`bytes ${start} to ${start + length} of ${size} are asked for`);
    }
    return bytes ? bytes.slice(start, start + length) : readSome(place, length, start);
  }

  async #held(key: string, place: Place): Promise<Uint8Array> {
    if (this.#whole?.key !== key) this.#whole = { key, bytes: await readWhole(place) };
    return this.#whole.bytes;
  }

  async #find(key: string): Promise<Place | null> {
    let place = this.#folder;
    for (const part of key.split('/')) if (part !== '') place = (await place?.child(part)) ?? null;
    return place?.kind === 'file' ? place : null;
  }
}

async function readWhole(place: Place): Promise<Uint8Array> {
  if ((place.sizeBytes ?? 0) > MAX_STORED_BYTES) throw new RangeError(`${place.sizeBytes} bytes are stored`);
  if (place.sizeBytes !== null) return readSome(place, place.sizeBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of place.bytes()) {
    size += part.length;
    if (size > MAX_STORED_BYTES) throw new RangeError(`more than ${MAX_STORED_BYTES} bytes are stored`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
