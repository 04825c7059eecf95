import { extract, type Headers } from 'tar-stream';
import { readSome, type Place } from '../place.ts';
import { EntryTree, type ArchiveFolder } from './entry-tree.ts';
import { firstBytes, gunzip, skipBytes } from './gunzip.ts';
import { damagedArchive, refusedEntry } from './limits.ts';
import { isTarHeader, TAR_BLOCK } from './tar-header.ts';

/** Headers with long names: pax records and GNU long names, which come before the header they belong to. */
const EXTENSIONS = 'xgLK';
const MAX_EXTENSION_BYTES = 1_000_000;
const FILES = new Set<Headers['type']>(['file', 'contiguous-file']);
const KIND_WORDS: Partial<Record<NonNullable<Headers['type']>, string>> = {
  link: 'a hard link',
  symlink: 'a link',
  'character-device': 'a device',
  'block-device': 'a device',
  fifo: 'a pipe',
};

/**
 * The content of a tar archive, compressed with gzip or not. Nothing is unpacked: a file is read where it lies, in a
 * compressed archive by decompressing what is before it.
 *
 * Throws: data-format (damaged), unsupported (links, devices, names that lead out of it).
 */
export async function openTar(archive: Place, isGzip: boolean, depth: number): Promise<ArchiveFolder> {
  const subject = archive.name;
  const tree = new EntryTree(archive, subject.replace(/\.(tar(\.gz)?|tgz)$/i, ''), depth);
  const content = (start: number) => (isGzip ? skipBytes(gunzip(archive), start) : archive.bytes(start));
  const cursor = isGzip ? new StreamCursor(content(0)) : new PlaceCursor(archive);
  try {
    for (;;) {
      const header = await nextHeader(cursor, subject);
      if (!header) break;
      const { name, type } = header;
      const size = header.size ?? 0;
      if (!Number.isSafeInteger(size) || size < 0) throw damagedArchive(subject, 'a file in it has an absurd size');
      const start = cursor.at;
      if (type === 'directory') tree.addFolder(name);
      else if (!FILES.has(type))
        throw refusedEntry(subject, `it holds ${KIND_WORDS[type!] ?? 'a file of an unknown kind'}`);
      else {
        const bytes = (from: number) => whole(firstBytes(content(start + from), size - from), size - from, subject);
        tree.addFile({ path: name, sizeBytes: size, bytes });
      }
      if (!(await cursor.skip(Math.ceil(size / TAR_BLOCK) * TAR_BLOCK, size))) {
        throw damagedArchive(subject, 'it ends within a file');
      }
    }
  } finally {
    await cursor.close();
  }
  return tree.root;
}

/** The header at the cursor, with the long names before it; null at the end of the archive. */
async function nextHeader(cursor: Cursor, subject: string): Promise<Headers | null> {
  const blocks: Uint8Array[] = [];
  for (;;) {
    const block = await cursor.read(TAR_BLOCK);
    // Some programs leave out the two empty blocks at the end.
    if (block.length === 0 && blocks.length === 0) return null;
    if (block.length < TAR_BLOCK) throw damagedArchive(subject, 'it ends within a header');
    if (block.every((byte) => byte === 0)) {
      if (blocks.length > 0) throw damagedArchive(subject, 'a header in it is incomplete');
      return null;
    }
    if (!isTarHeader(block)) throw damagedArchive(subject, 'a header in it is wrong');
    blocks.push(block);
    if (!EXTENSIONS.includes(String.fromCharCode(block[156]))) break;
    const size = Number.parseInt(Buffer.from(block.subarray(124, 136)).toString('latin1').trim() || '0', 8);
    if (!(size <= MAX_EXTENSION_BYTES) || blocks.length > 16) throw damagedArchive(subject, 'a name in it is too long');
    const padded = Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
    const payload = await cursor.read(padded);
    if (payload.length < padded) throw damagedArchive(subject, 'it ends within a header');
    blocks.push(payload);
  }
  return await decode(blocks, subject);
}

function decode(blocks: readonly Uint8Array[], subject: string): Promise<Headers> {
  return new Promise((resolve, reject) => {
    const decoder = extract({ allowUnknownFormat: true });
    decoder.on('entry', (header) => {
      resolve(header);
      decoder.destroy();
    });
    decoder.on('error', (cause: unknown) => reject(damagedArchive(subject, 'a header in it is wrong', cause)));
    decoder.on('close', () => reject(damagedArchive(subject, 'a header in it is wrong')));
    decoder.end(Buffer.concat(blocks));
  });
}

async function* whole(chunks: AsyncIterable<Uint8Array>, length: number, subject: string): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const chunk of chunks) {
    left -= chunk.length;
    yield chunk;
  }
  if (left > 0) throw damagedArchive(subject, 'it ends within a file');
}

interface Cursor {
  /** Position of the next byte. */
  readonly at: number;
  /** Fewer bytes where the content ends. */
  read(length: number): Promise<Uint8Array>;
  /** False where the content ends before `needed` of these bytes. */
  skip(length: number, needed: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Jumps from header to header. */
class PlaceCursor implements Cursor {
  at = 0;
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  async read(length: number): Promise<Uint8Array> {
    const found = await readSome(this.#place, length, this.at);
    this.at += found.length;
    return found;
  }

  async skip(length: number, needed: number): Promise<boolean> {
    const { sizeBytes } = this.#place;
    const isThere =
      needed === 0 ||
      (sizeBytes === null
        ? (await readSome(this.#place, 1, this.at + needed - 1)).length === 1
        : this.at + needed <= sizeBytes);
    this.at += length;
    return isThere;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Reads forward only. */
class StreamCursor implements Cursor {
  at = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async read(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    let n = 0;
    while (n < length && (await this.#fill())) {
      const part = this.#chunk.subarray(0, length - n);
      out.set(part, n);
      n += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    this.at += n;
    return out.subarray(0, n);
  }

  async skip(length: number, needed: number): Promise<boolean> {
    let n = 0;
    while (n < length && (await this.#fill())) {
      const part = Math.min(this.#chunk.length, length - n);
      n += part;
      this.#chunk = this.#chunk.subarray(part);
    }
    this.at += n;
    return n >= needed;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#chunk = next.value;
    }
    return true;
  }
}
