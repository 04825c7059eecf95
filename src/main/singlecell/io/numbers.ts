/** Values of a numeric array; 64-bit integers come as float64, exact up to 2^53. */
export type Numbers =
  Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

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

/** 64-bit integers as float64; null where one is beyond 2^53, so would silently become another number. */
export function exactNumbers(values: BigInt64Array | BigUint64Array): Float64Array | null {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isSafeInteger(value)) return null;
    out[i] = value;
  }
  return out;
}
