/** Bytes of a header; contents fill whole blocks. */
export const TAR_BLOCK = 512;

/** Whether bytes begin with a tar header, told by its checksum: old archives carry no other mark. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK || block[0] === 0) return false;
  const stored = /^[ \0]*([0-7]{1,8})[ \0]*$/.exec(Buffer.from(block.subarray(148, 156)).toString('latin1'));
  if (!stored) return false;
  let sum = 0;
  for (let i = 0; i < TAR_BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : block[i];
  return sum === Number.parseInt(stored[1], 8);
}
