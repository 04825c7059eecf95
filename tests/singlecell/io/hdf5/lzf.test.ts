import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { unpackLzf } from '#singlecell/io/hdf5/packed/lzf.ts';

/** A plain packer: the longest match at the nearest distance, else literals. */
function pack(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let literals: number[] = [];
  const flush = () => {
    for (let i = 0; i < literals.length; i += 32) {
      const run = literals.slice(i, i + 32);
      out.push(run.length - 1, ...run);
    }
    literals = [];
  };
  for (let at = 0; at < bytes.length;) {
    let best = { length: 0, distance: 0 };
    for (let distance = 1; distance <= Math.min(at, 8192); distance++) {
      let length = 0;
      while (length < 264 && at + length < bytes.length && bytes[at + length - distance] === bytes[at + length])
        length++;
      if (length > best.length) best = { length, distance };
    }
    if (best.length < 3) {
      literals.push(bytes[at++]);
      continue;
    }
    flush();
    const [length, distance] = [best.length - 2, best.distance - 1];
    if (length < 7) out.push((length << 5) | (distance >> 8), distance & 255);
    else out.push((7 << 5) | (distance >> 8), length - 7, distance & 255);
    at += best.length;
  }
  flush();
  return Uint8Array.from(out);
}

describe('LZF', () => {
  it('unpacks what was packed', () => {
    const bytes = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 255 })), {
      maxLength: 700,
    });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 4 }), (part, times) => {
        const whole = Uint8Array.from(Array.from({ length: times }, () => part).flat());
        expect(unpackLzf(pack(whole), whole.length)).toEqual(whole);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it('a copy may overlap what it writes', () => {
    expect(unpackLzf(Uint8Array.of(0, 65, 0xe0, 1, 0), 11)).toEqual(new Uint8Array(11).fill(65));
  });

  it('any bytes end in a refusal or in exactly the size asked for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(200), (packed, size) => {
        try {
          expect(unpackLzf(packed, size)).toHaveLength(size);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(RangeError);
        }
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});
