import { CounterRandom } from '#shared/util/random.ts';

/** One to eight changes: flipped bits, overwritten runs, a cut, a copied stretch. The same seed gives the same bytes. */
export function mutate(original: Buffer, seed: number): Buffer {
  const random = new CounterRandom(seed, 'mutants');
  let draw = 0;
  const integer = (bound: number) => random.integer(draw++, bound);
  let bytes = Buffer.from(original);
  for (let n = 1 + integer(8); n > 0; n--) {
    const place = integer(bytes.length);
    switch (integer(5)) {
      case 0:
        bytes[place] ^= 1 << integer(8);
        break;
      case 1:
        bytes.fill(integer(256), place, Math.min(bytes.length, place + 1 + integer(64)));
        break;
      case 2:
        bytes[place] = [0, 0xff, 0x7f, 0x80][integer(4)];
        break;
      case 3:
        bytes.copyWithin(place, integer(bytes.length), integer(bytes.length));
        break;
      case 4:
        if (integer(4) === 0) bytes = bytes.subarray(0, Math.max(1, place));
        break;
    }
  }
  return bytes;
}
