import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRows } from '#genecompass/checkpoint/auxiliary/delimited.ts';
import { readNpy } from '#genecompass/checkpoint/auxiliary/npy.ts';
import { arrayNumbers, NumberArray, unpickleDict } from '#genecompass/checkpoint/data-pickle.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';

const [HUMAN, MOUSE] = ['ENSG00000000001', 'ENSMUSG00000000001'];
/** Made by tests/reference/auxiliary_pickles.py. */
const written = JSON.parse(readFileSync(new URL('./auxiliary-pickles.json', import.meta.url), 'utf8')) as Record<
  'pickle' | 'npy',
  Record<string, Record<string, string>>
>;
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const pickled = (name: string, protocol: string) => bytesOf(written.pickle[name][protocol]);
const read = (name: string, protocol: string) => unpickleDict(pickled(name, protocol), 'file.pickle');
const plain = (name: string, protocol: string) =>
  Object.fromEntries(
    [...read(name, protocol)].map(([key, item]) => [key, item instanceof NumberArray ? [...arrayNumbers(item)] : item]),
  );

describe.each(['2', '3', '4', '5'])('a dictionary CPython and NumPy pickled with protocol %s', (protocol) => {
  it('is read to the same numbers', () => {
    expect(plain('int', protocol)).toEqual({ '<pad>': 0, '<mask>': 1, [HUMAN]: 2, [MOUSE]: 300, x: 70000, y: -5 });
    expect(plain('float', protocol)).toEqual({ [HUMAN]: 1.41786, [MOUSE]: 0.82935 });
    expect(plain('numpy scalar', protocol)).toEqual({ [HUMAN]: 1.41786, [MOUSE]: 0.5, i: 7 });
    expect(plain('ordered', protocol)).toEqual({ [HUMAN]: 1 });
    const vectors = { [HUMAN]: [1.5, -2, 0.25], [MOUSE]: [0.5, 3, -1] };
    expect(plain('float32 vectors', protocol)).toEqual(vectors);
    expect(plain('float64 vectors', protocol)).toEqual(vectors);
    expect(plain('lists', protocol)).toEqual(vectors);
    expect(plain('int keys', protocol)).toEqual({ 300: 2 });
    expect(plain('matrix', protocol)).toEqual({ a: [0, 1, 2, 3, 4, 5], f: [0, 1, 2, 3, 4, 5] });
  });

  it.each([
    ['object array', /element type O8|holds objects/],
    ['big-endian', /big-endian/],
    ['complex', /element type c16/],
    ['a function', /builtin.*len, which may run code/],
    ['a list', /does not hold a dictionary/],
    ['a set', /set, which may run code|opcode 0x8f/],
  ] as const)('is refused with %s', (name, reason) => {
    expect(() => read(name, protocol)).toThrow(reason);
    expect(() => read(name, protocol)).toThrow(expect.objectContaining({ code: 'data-format' }));
  });
});

it('reads the names of NumPy 2', () => {
  const text = Buffer.from(pickled('float32 vectors', '2')).toString('latin1');
  const bytes = Buffer.from(text.replaceAll('numpy.core.multiarray', 'numpy._core.multiarray'), 'latin1');
  expect([...unpickleDict(new Uint8Array(bytes), 'f').keys()]).toEqual([HUMAN, MOUSE]);
});

it('never fails in another way on a damaged pickle', () => {
  const whole = pickled('float32 vectors', '4');
  for (let run = 0; run < 400; run++) {
    const random = new CounterRandom(3, `pickle:${run}`);
    const bytes = whole.slice(0, run % 4 === 0 ? random.integer(0, whole.length) : whole.length);
    for (let i = 0; i < 3 && bytes.length > 0; i++)
      bytes[random.integer(10 + i, bytes.length)] = random.integer(20 + i, 256);
    try {
      for (const item of unpickleDict(bytes, 'f').values()) if (item instanceof NumberArray) arrayNumbers(item);
    } catch (error) {
      expect(error, `run ${run}`).toBeInstanceOf(WorkbenchError);
    }
  }
});

describe.each(['1', '2', '3'] as const)('an array NumPy wrote as .npy version %s', (version) => {
  const npy = (name: string) => readNpy(bytesOf(written.npy[name][version]), 'a.npy');

  it.each(['f2', 'f4', 'f8', 'i8', 'u1', 'fortran'] as const)('of %s is read row by row', (name) => {
    expect(npy(name).shape).toEqual([2, 3]);
    expect([...arrayNumbers(npy(name))]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('may have one axis or none', () => {
    expect(npy('vector').shape).toEqual([6]);
    expect(npy('scalar').shape).toEqual([]);
    expect([...arrayNumbers(npy('scalar'))]).toEqual([3]);
  });

  it.each([
    ['big-endian', 'unsupported', /elements are >f4/],
    ['complex', 'unsupported', /elements are <c8/],
    ['object', 'unsupported', /elements are \|O/],
  ] as const)('is refused when it is %s', (name, code, reason) => {
    expect(() => npy(name)).toThrow(reason);
    expect(() => npy(name)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a damaged .npy file', () => {
  const whole = bytesOf(written.npy.f4[1]);
  const header = (text: string) => {
    const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8);
    return Uint8Array.from([...start, ...new TextEncoder().encode(text), ...new Uint8Array(24)]);
  };
  it.each([
    ['cut', whole.slice(0, -1), /does not fill 23 bytes/],
    ['cut in its header', whole.slice(0, 40), /header claims/],
    ['of version 9', whole.with(6, 9), /version 9/],
    ['of a header of 4 GB', bytesOf(written.npy.f4[2]).with(11, 255), /header claims/],
    ['of code in its header', header("__import__('os').system('id')"), /does not describe/],
    ['of a negative axis', header("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }"), /does not describe/],
    [
      'of an axis of 10^30',
      header(`{'descr': '<f4', 'fortran_order': False, 'shape': (1${'0'.repeat(30)}, 3), }`),
      /does not fill/,
    ],
    ['no .npy file', new Uint8Array(20), /no NumPy header/],
  ])('is refused: %s', (_, bytes, reason) => {
    expect(() => readNpy(bytes, 'a.npy')).toThrow(reason);
  });
});

describe('rows of text', () => {
  const rows = (text: string) => parseRows(new TextEncoder().encode(text), 'a.csv');
  it('are split at commas or tabs, quotes kept together', () => {
    expect(rows('a,b\r\n1,2\n\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(rows('a\tb,c\n')).toEqual([['a', 'b,c']]);
    expect(rows('"a,""b""", c\n')).toEqual([['a,"b"', 'c']]);
  });
  it('are refused when they are no text', () => {
    expect(() => rows('"a,b\n')).toThrow(/a quote in line 1 is open/);
    expect(() => rows('a\0b')).toThrow(/zero bytes/);
    expect(() => parseRows(Uint8Array.of(0xff, 0xfe, 0x80), 'a.csv')).toThrow(/neither text nor/);
  });
});

describe('a whole number longer than 32 bits', () => {
  it.each([-(2 ** 40), 2 ** 40, -1, 2 ** 47 - 1])('keeps its sign: %i', (value) => {
    const number = new Uint8Array(BigInt64Array.of(BigInt(value)).buffer).subarray(0, 6);
    // PROTO 2, EMPTY_DICT, BINUNICODE 'a', LONG1 of 6 bytes, SETITEM, STOP; as Python's pickle.dumps({'a': -(2 ** 40)}, 2).
    const bytes = Uint8Array.of(0x80, 2, 0x7d, 0x58, 1, 0, 0, 0, 0x61, 0x8a, 6, ...number, 0x73, 0x2e);
    expect(unpickleDict(bytes, 'numbers.pickle').get('a')).toBe(value);
  });
});
