import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { bucketLength, cellsPerPass, passesOf, planEpoch, planEvaluation } from '#genecompass/batching.ts';

const cellsAndLengths = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 400 });

describe('batching', () => {
  it('plans every cell once, in batches that hold them', () => {
    fc.assert(
      fc.property(cellsAndLengths, fc.integer({ min: 1, max: 20 }), fc.nat(50), (list, batchSize, epoch) => {
        const lengths = Int32Array.from(list);
        const cells = Int32Array.from(list, (_, i) => i);
        const options = { batchSize, maxLength: 256, seed: 1, epoch };
        for (const plan of [planEpoch(cells, lengths, options), planEvaluation(cells, lengths, batchSize, 256)]) {
          expect(plan.flatMap((batch) => [...batch.cells]).sort((a, b) => a - b)).toEqual([...cells]);
          for (const batch of plan) {
            expect(batch.cells.length).toBeLessThanOrEqual(batchSize);
            for (const cell of batch.cells) expect(batch.length).toBeGreaterThanOrEqual(Math.min(256, lengths[cell]));
          }
        }
        expect(planEpoch(cells, lengths, options)).toEqual(planEpoch(cells, lengths, options));
      }),
      { numRuns: 50 },
    );
  });

  it('gives every epoch its own order', () => {
    const lengths = new Int32Array(100).fill(10);
    const cells = lengths.map((_, i) => i);
    const order = (epoch: number) => planEpoch(cells, lengths, { batchSize: 4, maxLength: 64, seed: 1, epoch });
    expect(order(0)).not.toEqual(order(1));
  });

  it('computes a batch in passes of bounded size, every cell once and in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2048 }), (nCells, length) => {
        const cells = Int32Array.from({ length: nCells }, (_, i) => 3 * i);
        const passes = passesOf({ cells, length }, nCells);
        expect(passes.flatMap((pass) => [...pass.cells])).toEqual([...cells]);
        const size = cellsPerPass(nCells, length);
        expect(size * length).toBeLessThanOrEqual(4096);
        for (const pass of passes.slice(0, -1)) expect(pass.cells.length).toBe(size);
      }),
    );
    expect(cellsPerPass(16, 256)).toBe(16);
    expect(cellsPerPass(16, 2048)).toBe(2);
  });

  it('pads by less than a third beyond the shortest bucket', () => {
    for (let length = 17; length <= 2048; length++) expect(bucketLength(length, 2048)).toBeLessThan(1.5 * length);
    expect(bucketLength(200, 100)).toBe(100);
  });
});
