/**
 * Unpacks LZF, which h5py and so scanpy write on request (`compression="lzf"`).
 *
 * Throws RangeError where the packed bytes do not make exactly `size` bytes.
 * Source: the format of LibLZF 3: a byte below 32 starts that many literal bytes plus one; else its upper three bits are
 * a length (7: the next byte adds to it) less two, the rest and the next byte a distance back less one.
 */
export function unpackLzf(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size);
  let from = 0;
  let at = 0;
  while (from < packed.length) {
    const control = packed[from++];
    if (control < 32) {
      const end = from + control + 1;
      if (end > packed.length || at + control + 1 > size) throw new RangeError('a literal run ends outside');
      // Runs are short: a loop is faster than a view and a copy.
      while (from < end) out[at++] = packed[from++];
      continue;
    }
    let length = (control >> 5) + 2;
    if (length === 9) length += packed[from++];
    let source = at - ((control & 31) << 8) - packed[from++] - 1;
    if (!(source >= 0 && at + length <= size)) throw new RangeError('a copy reaches outside');
    // Byte by byte: a copy may overlap what it writes.
    for (const end = at + length; at < end;) out[at++] = out[source++];
  }
  if (at !== size) throw new RangeError(`${at} of ${size} bytes`);
  return out;
}
