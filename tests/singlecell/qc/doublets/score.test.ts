import fc from '#tests/support/properties.ts';
import { describe, expect, test } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { doubletScore, valley } from '#singlecell/qc/doublets/score.ts';

describe('the score', () => {
  test('is that of Scrublet 0.2.3 worked out by hand', () => {
    // q = 31 / 62 = 0.5, rho = 0.06, r = 2: 0.5 × 0.03 / (0.94 − 0.5 × 0.91) = 0.015 / 0.485.
    expect(doubletScore(30, { nNeighbours: 60, expectedRate: 0.06, ratio: 2 })).toBeCloseTo(0.030927835, 9);
  });

  test('grows with the simulated neighbours and stays within 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.0005, max: 0.3, noNaN: true }),
        fc.double({ min: 0.5, max: 5, noNaN: true }),
        (nNeighbours, expectedRate, ratio) => {
          let before = 0;
          for (let n = 0; n <= nNeighbours; n++) {
            const score = doubletScore(n, { nNeighbours, expectedRate, ratio });
            expect(score).toBeGreaterThan(before);
            before = score;
          }
          expect(before).toBeLessThan(1);
        },
      ),
    );
  });
});

describe('the valley', () => {
  const random = new CounterRandom(1, 'valley');
  const heap = (n: number, centre: number, spread: number, from: number) =>
    Array.from({ length: n }, (_, i) =>
      Math.max(0, Math.min(100, Math.round(centre + spread * random.normal(from + i)))),
    );

  test('lies between two heaps', () => {
    const found = valley([...heap(2000, 30, 8, 0), ...heap(3000, 85, 6, 5000)], 100)!;
    expect(found).toBeGreaterThan(45);
    expect(found).toBeLessThan(70);
  });

  test('is not made up where there is one heap, two that run into each other, or nothing', () => {
    expect(valley(heap(3000, 60, 10, 0), 100)).toBeNull();
    expect(valley([...heap(2000, 60, 10, 0), ...heap(2000, 74, 10, 5000)], 100)).toBeNull();
    expect(valley([], 100)).toBeNull();
    expect(valley([7, 7, 7], 100)).toBeNull();
  });

  test('is found for few neighbours as well, where every number is a bin', () => {
    const counts = [...new Array(40).fill(2), ...new Array(10).fill(5), ...new Array(50).fill(9)] as number[];
    expect(valley(counts, 10)).not.toBeNull();
  });
});
