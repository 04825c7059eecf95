import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const index = fc.integer({ min: 0, max: 2 ** 40 });

/** Pearson's statistic of counts that should be equal. */
function chiSquare(counts: ArrayLike<number>): number {
  const expected = Array.from(counts).reduce((a, b) => a + b, 0) / counts.length;
  return Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/**
 * Largest statistic in 999,999 of 1,000,000 tries at chance (Wilson-Hilferty approximation with z = 4.75).
 *
 * Note: seeds are fixed, so a failure is never bad luck of the day.
 */
function limit(degrees: number): number {
  const a = 2 / (9 * degrees);
  return degrees * (1 - a + 4.75 * Math.sqrt(a)) ** 3;
}

describe('randomness by counter', () => {
  it('gives each index its number, in whatever order it is asked', () => {
    fc.assert(
      fc.property(seed, fc.string(), fc.array(index, { minLength: 1, maxLength: 20 }), (from, stream, indices) => {
        const forwards = new CounterRandom(from, stream);
        const values = new Map(indices.map((i) => [i, forwards.uniform(i)]));
        const backwards = new CounterRandom(from, stream);
        for (const i of indices.toReversed()) expect(backwards.uniform(i)).toBe(values.get(i));
      }),
    );
  });

  it('keeps every draw in its range', () => {
    fc.assert(
      fc.property(seed, index, fc.integer({ min: 1, max: 1_000_000 }), (from, i, bound) => {
        const random = new CounterRandom(from, 'range');
        expect(random.uint32(i)).toBe(random.uint32(i) >>> 0);
        expect(random.uniform(i)).toBeGreaterThanOrEqual(0);
        expect(random.uniform(i)).toBeLessThan(1);
        expect(random.integer(i, bound)).toBeLessThan(bound);
        expect(Number.isFinite(random.normal(i))).toBe(true);
      }),
    );
  });

  it.each([0, 1, 2, 12_345, 2_147_483_647])('is uniform for seed %i', (from) => {
    const random = new CounterRandom(from, 'uniform');
    const bins = new Float64Array(64);
    for (let i = 0; i < 64_000; i++) bins[Math.floor(random.uniform(i) * 64)]++;
    expect(chiSquare(bins)).toBeLessThan(limit(63));
  });

  it.each([
    [
      'neighbouring indices',
      (i: number) => [new CounterRandom(5, 'a').uniform(i), new CounterRandom(5, 'a').uniform(i + 1)],
    ],
    ['neighbouring seeds', (i: number) => [new CounterRandom(5, 'a').uniform(i), new CounterRandom(6, 'a').uniform(i)]],
    ['streams', (i: number) => [new CounterRandom(5, 'a').uniform(i), new CounterRandom(5, 'b').uniform(i)]],
    ['numbered streams', (i: number) => [new CounterRandom(5, 1).uniform(i), new CounterRandom(5, 2).uniform(i)]],
    [
      'far indices',
      (i: number) => [new CounterRandom(5, 'a').uniform(i), new CounterRandom(5, 'a').uniform(i + 2 ** 32)],
    ],
  ] as const)('draws of %s do not depend on each other', (_name, pair) => {
    const cells = new Float64Array(64);
    for (let i = 0; i < 16_000; i++) {
      const [a, b] = pair(i);
      cells[8 * Math.floor(8 * a) + Math.floor(8 * b)]++;
    }
    expect(chiSquare(cells)).toBeLessThan(limit(63));
  });

  it('draws normal numbers', () => {
    const random = new CounterRandom(3, 'normal');
    const n = 50_000;
    const values = Float64Array.from({ length: n }, (_, i) => random.normal(i));
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / n;
    // Five standard errors of each moment of a standard normal sample.
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan((5 * Math.sqrt(2)) / Math.sqrt(n));
    expect(Math.abs(moment(3))).toBeLessThan((5 * Math.sqrt(15)) / Math.sqrt(n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan((5 * Math.sqrt(96)) / Math.sqrt(n));
  });

  it('permutes: each number once, each place equally often', () => {
    fc.assert(
      fc.property(seed, fc.nat(200), fc.nat(1_000_000), (from, n, offset) => {
        const order = new CounterRandom(from, 'order').permutation(n, offset);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
    const counts = new Float64Array(24);
    const random = new CounterRandom(9, 'places');
    for (let i = 0; i < 12_000; i++) {
      const [a, b, c] = random.permutation(4, 4 * i);
      const rest = [0, 1, 2, 3].filter((each) => each !== a);
      const last = rest.filter((each) => each !== b);
      counts[6 * a + 2 * rest.indexOf(b) + last.indexOf(c)]++;
    }
    expect(chiSquare(counts)).toBeLessThan(limit(23));
  });
});
