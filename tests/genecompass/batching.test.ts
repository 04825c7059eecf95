import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { BatchCursor } from '#genecompass/batch-cursor.ts';
import { bucketLength, cellsPerPass, passesOf, planEpoch, planEvaluation } from '#genecompass/batching.ts';
import { inferenceBatches } from '#genecompass/inference-batches.ts';

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
    // Other cells come together too, not only other batches first.
    const together = (epoch: number) => order(epoch).map(({ cells: some }) => [...some].sort((a, b) => a - b).join());
    expect(together(0).filter((some) => together(1).includes(some))).toEqual([]);
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

  it('takes every cell of an epoch once, however batches and corrections divide them', () => {
    fc.assert(
      fc.property(cellsAndLengths, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 }), (list, size, n) => {
        const options = { batchSize: size, accumulateBatches: n, maxLength: 256, seed: 1, firstEpoch: 1 };
        const cells = Int32Array.from(list, (_, i) => i);
        const cursor = new BatchCursor({ ...options, cells, lengths: Int32Array.from(list) });
        for (const epoch of [1, 2]) {
          const steps = Array.from(
            { length: cursor.stepsPerEpoch },
            (_, i) => (epoch - 1) * cursor.stepsPerEpoch + i + 1,
          );
          expect(steps.every((step) => cursor.epochOf(step) === epoch)).toBe(true);
          const seen = steps.flatMap((step) => cursor.batchesOf(step).flatMap((batch) => [...batch.cells]));
          expect(seen.sort((a, b) => a - b)).toEqual([...cells]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('encodes cells in graphs with room for less than twice as many', () => {
    fc.assert(
      fc.property(cellsAndLengths, (list) => {
        const batches = inferenceBatches(list, 256);
        expect(batches.flatMap(({ cells }) => cells).sort((a, b) => a - b)).toEqual(list.map((_, i) => i));
        for (const { cells, batchSize, length } of batches) {
          expect(batchSize).toBeGreaterThanOrEqual(cells.length);
          expect(batchSize).toBeLessThan(2 * cells.length);
          for (const cell of cells) expect(length).toBeGreaterThanOrEqual(Math.min(256, list[cell]));
        }
      }),
      { numRuns: 50 },
    );
  });
});
