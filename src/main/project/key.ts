import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { argon2id } from 'hash-wasm';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** What a guess of the passphrase costs; written in the file, so it may differ between projects. */
export interface KdfCost {
  /** A power of two, 8 to 1,048,576. */
  memoryKiB: number;
  /** 1 to 8. */
  iterations: number;
}

/** Source: RFC 9106 section 4, second recommended option (64 MiB, 3 passes), one lane because WebAssembly has one. */
export const DEFAULT_KDF_COST: KdfCost = { memoryKiB: 65_536, iterations: 3 };

export const HEADER_BYTES = 16;
export const DATA_KEY_BYTES = 32;

const MAGIC = Buffer.from('GCW');
const KEY_VERSION = 1;
const SALT_END = 14;

/**
 * The first 16 bytes of a project file, the only ones SQLite3MultipleCiphers leaves to us (its salt).
 *
 * Shape: `GCW`, key version, cost (5 bits log2 of memory in KiB, 3 bits passes − 1), 9 random bytes, 2 check bytes.
 */
export interface KeyHeader {
  bytes: Buffer;
  cost: KdfCost;
}

/** What to do with a file that begins like this: a project, something else, or a project of a later workbench. */
export type HeaderVerdict = { kind: 'project'; header: KeyHeader } | { kind: 'foreign' } | { kind: 'newer' };

export function readHeader(bytes: Uint8Array): HeaderVerdict {
  if (bytes.length < HEADER_BYTES || !MAGIC.equals(bytes.subarray(0, MAGIC.length))) return { kind: 'foreign' };
  if (bytes[3] > KEY_VERSION) return { kind: 'newer' };
  const cost = { memoryKiB: 2 ** (bytes[4] >> 3), iterations: (bytes[4] & 7) + 1 };
  if (bytes[3] !== KEY_VERSION || !isAllowed(cost)) return { kind: 'foreign' };
  return { kind: 'project', header: { bytes: Buffer.from(bytes.subarray(0, HEADER_BYTES)), cost } };
}

/** Makes header and data key of a new project. Throws: `invalid-input` (cost out of bounds, empty passphrase). */
export async function newKey(
  passphrase: string,
  cost: KdfCost = DEFAULT_KDF_COST,
): Promise<{ header: KeyHeader; dataKey: Buffer }> {
  if (!isAllowed(cost)) {
    throw new WorkbenchError(
      'invalid-input',
      `Key cost: ${cost.memoryKiB} KiB and ${cost.iterations} passes are out of bounds; memory is a power of two from 8 to 1048576, passes 1 to 8.`,
    );
  }
  const costByte = (Math.log2(cost.memoryKiB) << 3) | (cost.iterations - 1);
  const salt = Buffer.concat([MAGIC, Buffer.from([KEY_VERSION, costByte]), randomBytes(SALT_END - MAGIC.length - 2)]);
  const dataKey = await derive(passphrase, salt, cost);
  return { header: { bytes: Buffer.concat([salt, checkOf(dataKey)]), cost }, dataKey };
}

/** The data key of a passphrase, or null where the check bytes say that the passphrase is another one. */
export async function keyFromPassphrase(passphrase: string, header: KeyHeader): Promise<Buffer | null> {
  const dataKey = await derive(passphrase, header.bytes.subarray(0, SALT_END), header.cost);
  return fits(dataKey, header) ? dataKey : null;
}

/** Whether the check bytes of the header belong to this key. */
export function fits(dataKey: Uint8Array, header: KeyHeader): boolean {
  return timingSafeEqual(checkOf(dataKey), header.bytes.subarray(SALT_END));
}

async function derive(passphrase: string, salt: Uint8Array, cost: KdfCost): Promise<Buffer> {
  // The same letters typed on another keyboard may come decomposed; NFC makes them the same bytes.
  const password = passphrase.normalize('NFC');
  if (password.length === 0)
    throw new WorkbenchError('invalid-input', 'Passphrase: it is empty; type at least one character.');
  const key = await argon2id({
    password,
    salt,
    parallelism: 1,
    memorySize: cost.memoryKiB,
    iterations: cost.iterations,
    hashLength: DATA_KEY_BYTES,
    outputType: 'binary',
  });
  return Buffer.from(key);
}

/** Two bytes tell a mistyped passphrase from a damaged file; each guess still costs a whole Argon2id. */
function checkOf(dataKey: Uint8Array): Buffer {
  return createHash('sha256')
    .update('gcwproj key check\0')
    .update(dataKey)
    .digest()
    .subarray(0, HEADER_BYTES - SALT_END);
}

function isAllowed({ memoryKiB, iterations }: KdfCost): boolean {
  const exponent = Math.log2(memoryKiB);
  return (
    Number.isInteger(exponent) &&
    exponent >= 3 &&
    exponent <= 20 &&
    Number.isInteger(iterations) &&
    iterations >= 1 &&
    iterations <= 8
  );
}
