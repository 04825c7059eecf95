import { isDeepStrictEqual } from 'node:util';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { TIED_NAMES } from './layout.ts';
import { type StoredTensor, type StoredTensors, tensorBlocks } from './stored-tensor.ts';
import type { TiedPair } from './summary.ts';

const BLOCK_BYTES = 8 * 1024 * 1024;

/**
 * Compares the tensors the published model stores under two names.
 *
 * The workbench keeps one of each, so a file in which they differ would silently lose weights.
 * Throws: data-format when two differ.
 */
export function checkTies(tensors: StoredTensors, subject: string): TiedPair[] {
  return tiedPairs(tensors).map(({ names, how }) => {
    if (how !== 'not compared') return { names, how };
    const [first, second] = names.map((name) => tensors.get(name)!);
    if (!equalBytes(first, second)) {
      throw new WorkbenchError(
        'data-format',
        `${subject}: ${names[1]} differs from ${names[0]}, the published model ties them; choose a checkpoint with tied weights.`,
      );
    }
    return { names, how: 'equal bytes' };
  });
}

/** What the header alone tells about them. */
export function tiedPairs(tensors: StoredTensors): TiedPair[] {
  return TIED_NAMES.filter(([first]) => tensors.has(first)).map((names) => {
    const [first, second] = names.map((name) => tensors.get(name));
    if (!second) return { names, how: 'stored once' };
    const place = first!.storage?.place;
    return { names, how: place !== undefined && place === second.storage?.place ? 'same storage' : 'not compared' };
  });
}

function equalBytes(a: StoredTensor, b: StoredTensor): boolean {
  if (a.dtype !== b.dtype || !isDeepStrictEqual(a.shape, b.shape)) return false;
  const others = tensorBlocks(b, BLOCK_BYTES);
  for (const block of tensorBlocks(a, BLOCK_BYTES)) {
    if (Buffer.compare(block, others.next().value as Uint8Array) !== 0) return false;
  }
  return true;
}
