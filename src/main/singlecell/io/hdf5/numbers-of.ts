import type { Metadata } from 'h5wasm/node';
import type { ArrayInfo } from '../anndata/node-tree.ts';

const WHOLE = {
  signed: { 1: Int8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array },
  unsigned: { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array },
} as const;

/** Items of a numeric array as they lie in a file; 16-bit floats as the integers with their bits. Throws RangeError. */
export function numbersOf(items: Uint8Array<ArrayBuffer>, metadata: Metadata, type: ArrayInfo['type']) {
  const base = metadata.enum_type ? { ...metadata, signed: true } : metadata;
  const size = base.size as keyof typeof WHOLE.signed;
  if (!base.littleEndian && size > 1) swapEach(items, size);
  if (type === 'float' && size === 4) return new Float32Array(items.buffer);
  if (type === 'float' && size === 8) return new Float64Array(items.buffer);
  const kind = WHOLE[base.signed ? 'signed' : 'unsigned'][size];
  if (!kind) throw new RangeError(`numbers of ${size} bytes`);
  return new kind(items.buffer);
}

function swapEach(items: Uint8Array, size: number): void {
  for (let at = 0; at + size <= items.length; at += size) items.subarray(at, at + size).reverse();
}
