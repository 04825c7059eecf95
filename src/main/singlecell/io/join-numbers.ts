import type { Numbers } from './hdf5/file.ts';

/** One float64 array of several numeric ones. */
export function joinNumbers(parts: readonly Numbers[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
