/** Pieces of a file as one. */
export function bytesOf(blocks: Iterable<Uint8Array>): Uint8Array {
  return Uint8Array.from(Buffer.concat([...blocks]));
}
