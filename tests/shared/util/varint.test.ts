import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { MAX_VARINT_BYTES, packRising, packVarints, unpackRising, unpackVarints } from '#shared/util/varint.ts';

const whole = fc.integer({ min: 0, max: 2 ** 28 - 1 });
const space = (n: number) => new Uint8Array(MAX_VARINT_BYTES * n);

describe('varints', () => {
  it('are those of LEB128', () => {
    const bytes = space(4);
    // 624,485 is the example of the DWARF standard: E5 8E 26.
    const end = packVarints(Int32Array.of(0, 127, 128, 624_485), 0, 4, bytes, 0);
    expect([...bytes.subarray(0, end)]).toEqual([0x00, 0x7f, 0x80, 0x01, 0xe5, 0x8e, 0x26]);
  });

  it('come back as they were, as counts and as rising indices', () => {
    fc.assert(
      fc.property(fc.array(whole, { maxLength: 60 }), (list) => {
        const bytes = space(list.length);
        const end = packVarints(Int32Array.from(list), 0, list.length, bytes, 0);
        const back = new Int32Array(list.length);
        expect(unpackVarints(bytes.subarray(0, end), 0, back, 0, list.length)).toBe(end);
        expect([...back]).toEqual(list);
        const rising = Int32Array.from(list).sort();
        const risingEnd = packRising(rising, 0, list.length, bytes, 0);
        unpackRising(bytes.subarray(0, risingEnd), 0, back, 0, list.length);
        expect(back).toEqual(rising);
      }),
    );
  });

  it('refuse what they cannot hold', () => {
    for (const value of [-1, 0.5, 2 ** 28, NaN]) {
      expect(() => packVarints(Float32Array.of(value), 0, 1, space(1), 0)).toThrow(RangeError);
    }
  });

  it('refuse bytes that end within a number, or before the last one', () => {
    const into = new Int32Array(2);
    expect(() => unpackVarints(Uint8Array.of(0x80), 0, into, 0, 1)).toThrow(RangeError);
    expect(() => unpackVarints(Uint8Array.of(1), 0, into, 0, 2)).toThrow(RangeError);
    expect(() => unpackVarints(new Uint8Array(9).fill(0xff), 0, into, 0, 1)).toThrow(RangeError);
  });
});
