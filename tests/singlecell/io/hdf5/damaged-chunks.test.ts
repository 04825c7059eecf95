import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { unpackBitshuffle, untransposeBits } from '#singlecell/io/hdf5/packed/bitshuffle.ts';
import { unpackBlosc } from '#singlecell/io/hdf5/packed/blosc.ts';
import { unpackLz4, unpackLz4Filter } from '#singlecell/io/hdf5/packed/lz4.ts';

const SIZE = 4096;
const random = new CounterRandom(11, 'damaged chunks');
let drawn = 0;
const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => random.integer(drawn++, 256));

/** A head that announces what is expected, so that damage behind it is reached. */
function blosc(method: number, flags: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(20 + body.length);
  const view = new DataView(out.buffer);
  out.set([2, 1, (method << 5) | flags, 4]);
  [SIZE, SIZE, out.length, 20].forEach((value, i) => view.setUint32(4 + 4 * i, value, true));
  out.set(body, 20);
  return out;
}
function framed(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + body.length);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(SIZE));
  view.setUint32(8, 1024);
  out.set(body, 12);
  return out;
}

const DECODERS: [string, (body: Uint8Array) => Uint8Array][] = [
  ['LZ4', (body) => unpackLz4(body, SIZE)],
  ['LZ4 filter', (body) => unpackLz4Filter(framed(body), SIZE)],
  ['bitshuffle', (body) => unpackBitshuffle(framed(body), [0, 4, 4, 0, 2], SIZE)],
  ...[0, 1, 2, 3, 4, 5].flatMap((method): [string, (body: Uint8Array) => Uint8Array][] => [
    [`blosc ${method}, streams`, (body) => unpackBlosc(blosc(method, 1, body), SIZE)],
    [`blosc ${method}, whole`, (body) => unpackBlosc(blosc(method, 16 | 4, body), SIZE)],
  ]),
];

describe('chunks of random bytes', () => {
  it.each(DECODERS)('%s: a whole chunk or an error, nothing else', (_name, decode) => {
    let nThrown = 0;
    for (let i = 0; i < 400; i++) {
      const body = bytes(random.integer(drawn++, 600));
      // The first length often fits, so that what comes behind it is reached.
      if (i % 2 && body.length > 8) body.set([Math.min(255, body.length - 4), 0, 0, 0]);
      try {
        expect(decode(body)).toHaveLength(SIZE);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Error);
        expect(thrown instanceof RangeError || 'code' in (thrown as object)).toBe(true);
        nThrown++;
      }
    }
    expect(nThrown).toBeGreaterThan(300);
  });
});

it('bits are turned back as they were', () => {
  for (const size of [1, 2, 3, 4, 8, 16]) {
    const raw = bytes(64 * size);
    const turned = new Uint8Array(raw.length);
    for (let element = 0; element < 64; element++)
      for (let bit = 0; bit < 8 * size; bit++)
        if ((raw[element * size + (bit >> 3)] >> (bit & 7)) & 1) turned[bit * 8 + (element >> 3)] |= 1 << (element & 7);
    const out = new Uint8Array(raw.length);
    untransposeBits(turned, size, out, 0);
    expect(out).toEqual(raw);
  }
});
