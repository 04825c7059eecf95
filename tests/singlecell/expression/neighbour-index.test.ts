import fc from '#tests/support/properties.ts';
import { expect, test } from 'vitest';
import { NearestHeap, NeighbourIndex } from '#singlecell/expression/neighbour-index.ts';

/** The k nearest by comparing with every point; equal distances by number. */
function nearest(points: Float32Array, width: number, query: Float32Array, k: number, exclude: number): number[] {
  const n = points.length / width;
  const square = (i: number) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += (query[j] - points[i * width + j]) ** 2;
    return sum;
  };
  return Array.from({ length: n }, (_, i) => i)
    .filter((i) => i !== exclude)
    .sort((a, b) => square(a) - square(b) || a - b)
    .slice(0, k)
    .sort((a, b) => a - b);
}

test('finds exactly the nearest points, also among many at the same place', () => {
  // Small whole numbers: distances are exact and often equal.
  const coordinate = fc.integer({ min: -4, max: 4 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(coordinate, { minLength: 7, maxLength: 420 }),
      fc.array(coordinate, { minLength: 7, maxLength: 7 }),
      fc.integer({ min: 0, max: 9 }),
      (width, k, numbers, at, seed) => {
        const points = Float32Array.from(numbers.slice(0, numbers.length - (numbers.length % width)));
        const index = new NeighbourIndex(points, width, seed);
        const heap = new NearestHeap(k);
        const query = Float32Array.from(at.slice(0, width));
        for (const exclude of [-1, 0]) {
          const found = index.search(query, 0, exclude, heap);
          expect(Array.from(heap.numbers.subarray(0, found)).sort((a, b) => a - b)).toEqual(
            nearest(points, width, query, k, exclude),
          );
        }
      },
    ),
    { numRuns: 300 },
  );
});
