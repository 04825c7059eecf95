/** Bytes an integer below 2^28 can take. */
export const MAX_VARINT_BYTES = 4;
const MAX_VALUE = 2 ** (7 * MAX_VARINT_BYTES) - 1;

/**
 * Writes `values[from..to)` from byte `at` on and returns where they end: seven bits a byte, lowest first, the top bit on
 * all but the last byte of a value.
 *
 * Throws: RangeError for anything but whole numbers from 0 to 2^28 - 1.
 * Source: unsigned LEB128 (DWARF 5, section 7.6).
 */
export function packVarints(
  values: Int32Array | Float32Array,
  from: number,
  to: number,
  bytes: Uint8Array,
  at: number,
): number {
  for (let i = from; i < to; i++) {
    let value = values[i];
    if (value !== (value & MAX_VALUE)) throw new RangeError(`${value} is not a whole number that can be packed`);
    while (value > 127) {
      bytes[at++] = (value & 127) | 128;
      value >>>= 7;
    }
    bytes[at++] = value;
  }
  return at;
}

/** Writes rising whole numbers as the first of them and the steps between them. */
export function packRising(values: Int32Array, from: number, to: number, bytes: Uint8Array, at: number): number {
  let before = 0;
  for (let i = from; i < to; i++) {
    let step = values[i] - before;
    before = values[i];
    while (step > 127) {
      bytes[at++] = (step & 127) | 128;
      step >>>= 7;
    }
    bytes[at++] = step;
  }
  return at;
}

/**
 * Reads `into[from..to)` from byte `at` on and returns where they end.
 *
 * Throws: RangeError where the bytes end too soon.
 * Note: loops that use each number at once have this written out, since a call costs them up to a sixth (ADR 0073).
 */
export function unpackVarints(
  bytes: Uint8Array,
  at: number,
  into: Int32Array | Float32Array,
  from: number,
  to: number,
): number {
  for (let i = from; i < to; i++) {
    let value = bytes[at++];
    if (value > 127) {
      value &= 127;
      for (let shift = 7; ; shift += 7) {
        const next = bytes[at++];
        value |= (next & 127) << shift;
        if (next < 128) break;
        if (!(next < 256) || shift > 28) throw new RangeError('packed numbers end too soon');
      }
    }
    into[i] = value;
  }
  if (at > bytes.length) throw new RangeError('packed numbers end too soon');
  return at;
}

/** Reads what `packRising` wrote. Throws: RangeError where the bytes end too soon. */
export function unpackRising(bytes: Uint8Array, at: number, into: Int32Array, from: number, to: number): number {
  const end = unpackVarints(bytes, at, into, from, to);
  let value = 0;
  for (let i = from; i < to; i++) into[i] = value += into[i];
  return end;
}
