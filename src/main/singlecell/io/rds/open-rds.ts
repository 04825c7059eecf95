import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type Place, readSome } from '../place.ts';
import { ByteReader, EndOfBytes } from './byte-reader.ts';
import { type Skip, ValueReader } from './read-value.ts';
import type { RValue } from './values.ts';

type Packing = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/** What a file begins with, packed or not. */
const PACKED: readonly { packing: Packing; start: readonly number[] }[] = [
  { packing: 'gzip', start: [0x1f, 0x8b] },
  { packing: 'zstd', start: [0x28, 0xb5, 0x2f, 0xfd] },
  { packing: 'bzip2', start: [0x42, 0x5a, 0x68] },
  { packing: 'xz', start: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
];
/** Version 2 or 3 of the format behind the mark of its encoding; workspaces have a line of their own before. */
const START = /^(RD[ABX][23]\n)?([ABX])\n/;

/** Whether this is a file that saveRDS or save of R wrote, told by its first bytes, also within gzip. */
export async function isRFile(place: Place): Promise<boolean> {
  if (place.kind !== 'file') return false;
  const packing = packingOf(await readSome(place, 8).catch(() => new Uint8Array(0)));
  // What is in bzip2 and xz is not looked at; R's own endings tell them from other packed files.
  if (packing === 'bzip2' || packing === 'xz') return /\.(rds|rda|rdata)$/i.test(place.name);
  const reader = new ByteReader(unpacked(place, packing));
  try {
    await reader.need(14);
    return isStart(reader.bytes(14));
  } catch {
    return false;
  } finally {
    await reader.close();
  }
}

/** The object of an .rds file, or the objects of an .rda file by name. Throws data-format, unsupported. */
export async function readRFile(place: Place, skip: Skip): Promise<{ value: RValue; isWorkspace: boolean }> {
  const { name } = place;
  const packing = packingOf(await readSome(place, 8));
  if (packing === 'bzip2' || packing === 'xz') {
    throw new WorkbenchError(
      'unsupported',
      `${name}: it is compressed with ${packing}, gzip is expected; in R: ${
        /\.rds$/i.test(name)
          ? `saveRDS(readRDS("${name}"), "gzip-${name}", compress = "gzip")`
          : `load("${name}"); then save each object with saveRDS(object, "object.rds")`
      }.`,
    );
  }
  const reader = new ByteReader(unpacked(place, packing));
  try {
    const isWorkspace = await readHeader(name, reader);
    return { value: await new ValueReader(reader, name, skip).read(), isWorkspace };
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    const fact =
      cause instanceof EndOfBytes
        ? 'it ends in the middle of an object: it was cut off'
        : 'its compressed content is damaged';
    throw new WorkbenchError('data-format', `${name}: ${fact}; copy it again or save it anew in R.`, { cause });
  } finally {
    await reader.close();
  }
}

/** Source: R Internals, "Serialization Formats". */
async function readHeader(name: string, reader: ByteReader): Promise<boolean> {
  await reader.need(7);
  const start = START.exec(reader.bytes(7).toString('latin1'));
  if (!start) throw new WorkbenchError('data-format', `${name}: it is no R file; save it with saveRDS in R.`);
  const isWorkspace = start[1] !== undefined;
  const encoding = start[2];
  if (encoding === 'A') {
    throw new WorkbenchError(
      'unsupported',
      `${name}: it is saved as text (ascii = TRUE); in R: saveRDS(readRDS("${name}"), "binary-${name}").`,
    );
  }
  reader.littleEndian = encoding === 'B';
  // Without the line of a workspace, five of the seven bytes belong to what follows.
  if (!isWorkspace) reader.unread(5);
  const version = await reader.readInt32();
  await reader.readInt32();
  await reader.readInt32();
  if (version !== 2 && version !== 3) {
    throw new WorkbenchError(
      'unsupported',
      `${name}: it has version ${version} of R's format, 2 or 3 is expected; in R: saveRDS(readRDS("${name}"), "version-3-${name}", version = 3).`,
    );
  }
  if (version === 3) {
    const length = await reader.readInt32();
    if (length < 0 || length > 1000)
      throw new WorkbenchError('data-format', `${name}: its header is damaged; copy it again or save it anew in R.`);
    await reader.skip(length);
  }
  return isWorkspace;
}

function isStart(bytes: Buffer): boolean {
  const start = START.exec(bytes.toString('latin1'));
  if (!start) return false;
  if (start[2] === 'A') return /^[23]\n/.test(bytes.toString('latin1', start[0].length, start[0].length + 2));
  if (start[0].length + 4 > bytes.length) return false;
  const version = start[2] === 'X' ? bytes.readInt32BE(start[0].length) : bytes.readInt32LE(start[0].length);
  return version > 0 && version < 100;
}

function packingOf(bytes: Uint8Array): Packing {
  return PACKED.find(({ start }) => start.every((byte, i) => bytes[i] === byte))?.packing ?? 'none';
}

function unpacked(place: Place, packing: Packing): Readable {
  const stream = Readable.from(place.bytes(), { objectMode: false });
  if (packing === 'none') return stream;
  const unpack = packing === 'gzip' ? createGunzip() : createZstdDecompress();
  stream.on('error', (error) => unpack.destroy(error));
  unpack.on('close', () => stream.destroy());
  return stream.pipe(unpack);
}
