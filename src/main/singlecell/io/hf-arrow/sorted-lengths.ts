/** Opcodes of the pickle format, protocol 2. */
const OP = {
  proto: 0x80,
  emptyList: 0x5d,
  mark: 0x28,
  byte: 0x4b,
  twoBytes: 0x4d,
  append: 0x61,
  appends: 0x65,
  stop: 0x2e,
};

/**
 * The file sorted_length.pickle that published training reads: the lengths of all cells in rising order, each a list of one.
 *
 * Source: spec/genecompass.md §1.3; PEP 307.
 */
export function sortedLengths(lengths: Int32Array): Uint8Array {
  const out = new Uint8Array(5 + 5 * lengths.length + 2);
  let at = 0;
  const put = (...bytes: number[]) => {
    for (const byte of bytes) out[at++] = byte;
  };
  put(OP.proto, 2, OP.emptyList, OP.mark);
  for (const length of lengths.slice().sort()) {
    put(OP.emptyList);
    if (length < 256) put(OP.byte, length);
    else put(OP.twoBytes, length & 0xff, length >> 8);
    put(OP.append);
  }
  put(OP.appends, OP.stop);
  return out.subarray(0, at);
}
