import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { StoredNumbers } from '#workers/stored-numbers.ts';

const ALL = Int32Array.from({ length: 1000 }, (_, i) => 3 * i);

describe('numbers that stay in the project', () => {
  it('are those of an array, wherever a stretch begins and ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 400 })), { maxLength: 20 }),
        fc.integer({ min: 1, max: 300 }),
        (stretches, blockNumbers) => {
          const stored = new StoredNumbers(ALL.length, (start, count) => ALL.slice(start, start + count), {
            blockNumbers,
            heldNumbers: 2 * blockNumbers,
          });
          for (const [start, length] of stretches) {
            expect(stored.subarray(start, start + length)).toEqual(ALL.slice(start, start + length));
          }
        },
      ),
    );
  });

  it('are read once a block while few blocks are in use, and no more are held than told', () => {
    const reads: number[] = [];
    const stored = new StoredNumbers(
      ALL.length,
      (start, count) => {
        reads.push(start);
        return ALL.slice(start, start + count);
      },
      { blockNumbers: 100, heldNumbers: 300 },
    );
    for (let i = 0; i < 5; i++) for (const start of [10, 110, 250]) stored.subarray(start, start + 20);
    expect(reads).toEqual([0, 100, 200]);
    stored.subarray(310, 320);
    // The one that was used longest ago went.
    stored.subarray(110, 120);
    stored.subarray(10, 20);
    expect(reads).toEqual([0, 100, 200, 300, 0]);
  });
});
