import { LzOutput } from './bytes-copy.ts';

/**
 * Unpacks one block of LZ4.
 *
 * Throws RangeError where the packed bytes do not make exactly `size` bytes.
 * Source: LZ4 Block Format Description: a token of two lengths of four bits (15: bytes add to it until one is not 255), the
 * literals, a distance of two bytes, and a copy of four bytes more than its length; the last sequence has literals alone.
 */
export function unpackLz4(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new LzOutput(size);
  let from = 0;
  const longer = (length: number): number => {
    if (length < 15) return length;
    for (;;) {
      if (from >= packed.length) throw new RangeError('a length ends outside');
      const more = packed[from++];
      length += more;
      if (more < 255) return length;
    }
  };
  while (from < packed.length) {
    const token = packed[from++];
    const nLiterals = longer(token >> 4);
    out.literals(packed, from, nLiterals);
    from += nLiterals;
    if (from >= packed.length) break;
    if (from + 2 > packed.length) throw new RangeError('a distance ends outside');
    const distance = packed[from] | (packed[from + 1] << 8);
    from += 2;
    out.copy(distance, longer(token & 15) + 4);
  }
  return out.whole();
}

/**
 * Unpacks what the LZ4 filter of HDF5 (32004) wrote: sizes with the first byte highest, blocks that did not shrink as they are.
 *
 * Throws RangeError.
 * Source: registered filter 32004, format of its author: 8 bytes size, 4 bytes block size, then for each block 4 bytes of its packed size.
 */
export function unpackLz4Filter(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  if (Number(view.getBigUint64(0)) !== size)
    throw new RangeError(`${view.getBigUint64(0)} of ${size} bytes are announced`);
  const blockSize = view.getUint32(8);
  if (blockSize === 0) throw new RangeError('blocks of no bytes are announced');
  const out = new Uint8Array(size);
  let from = 12;
  for (let at = 0; at < size; at += blockSize) {
    const length = Math.min(blockSize, size - at);
    const packedLength = view.getUint32(from);
    from += 4;
    if (from + packedLength > packed.length) throw new RangeError('a block ends outside');
    const block = packed.subarray(from, from + packedLength);
    out.set(packedLength === length ? block : unpackLz4(block, length), at);
    from += packedLength;
  }
  return out;
}
