import { CounterRandom } from '#shared/util/random.ts';

/** A way in which a file is spoilt on its way, whatever its format. */
export interface Damage {
  name: string;
  spoil(whole: Buffer): Buffer;
}

const cut = (share: number): Damage => ({
  name: `cut off at ${100 * share} %`,
  spoil: (whole) => whole.subarray(0, Math.floor(share * whole.length)),
});

/** `seed` makes the place. */
const flipped = (seed: number): Damage => ({
  name: `one bit flipped (${seed})`,
  spoil(whole) {
    const random = new CounterRandom(seed, 'flipped bits');
    const copy = Buffer.from(whole);
    copy[random.integer(0, copy.length)] ^= 1 << random.integer(1, 8);
    return copy;
  },
});

const blanked = (seed: number): Damage => ({
  name: `a block of zeros (${seed})`,
  spoil(whole) {
    const from = new CounterRandom(seed, 'blank blocks').integer(0, whole.length);
    return Buffer.from(whole).fill(0, from, from + Math.ceil(whole.length / 8));
  },
});

/** What goes wrong with copies, transfers and discs. */
export const BYTE_DAMAGE: readonly Damage[] = [
  { name: 'empty', spoil: () => Buffer.alloc(0) },
  { name: 'one byte', spoil: (whole) => whole.subarray(0, 1) },
  { name: 'a head of 16 bytes', spoil: (whole) => whole.subarray(0, 16) },
  ...[0.1, 0.5, 0.9, 0.99].map(cut),
  { name: 'without its last byte', spoil: (whole) => whole.subarray(0, -1) },
  ...Array.from({ length: 8 }, (_, seed) => flipped(seed)),
  ...Array.from({ length: 3 }, (_, seed) => blanked(seed)),
  { name: 'something before it', spoil: (whole) => Buffer.concat([Buffer.from('junk'), whole]) },
  { name: 'something after it', spoil: (whole) => Buffer.concat([whole, Buffer.alloc(100, 7)]) },
  { name: 'twice', spoil: (whole) => Buffer.concat([whole, whole]) },
  {
    name: 'line ends of text mode',
    spoil: (whole) => Buffer.from(whole.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  },
  { name: 'read as UTF-8 and written again', spoil: (whole) => Buffer.from(whole.toString('utf8')) },
  { name: 'written as UTF-16', spoil: (whole) => Buffer.from(`\uFEFF${whole.toString('latin1')}`, 'utf16le') },
  {
    name: 'halves exchanged',
    spoil: (whole) => Buffer.concat([whole.subarray(whole.length >> 1), whole.subarray(0, whole.length >> 1)]),
  },
];
