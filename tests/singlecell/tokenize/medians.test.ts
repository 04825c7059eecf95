import fc from '#tests/support/properties.ts';
import { describe, expect, test } from 'vitest';
import { memoryCounts } from '#singlecell/count-source.ts';
import { geneStatistics } from '#singlecell/tokenize/medians.ts';
import { packedSource } from '../../support/packed-source.ts';

function oneGene(values: number[]) {
  return memoryCounts({
    nGenes: 2,
    indptr: Array.from({ length: values.length + 1 }, (_, i) => i),
    indices: new Int32Array(values.length).fill(1),
    data: Float32Array.from(values),
  });
}
const all = (n: number) => new Uint8Array(n).fill(1);

function exactMedian(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(values.length - 1) >> 1] + sorted[values.length >> 1]) / 2;
}

describe('geneStatistics', () => {
  test.each([
    ['odd', [3, 1, 2], 2],
    ['even, mean of the middle two', [1, 2, 4, 9], 3],
    ['across the last unit bin', [31, 33], 32],
    ['two values inside one wide bin', [1000, 1001, 1002], 1001],
    ['explicit zeros do not count', [0, 0, 5], 5],
    ['beyond the last bin', [2 ** 25, 2 ** 25 + 4], 2 ** 25 + 2],
  ])('median: %s', async (_, values, median) => {
    const { medians } = await geneStatistics(oneGene(values), all(values.length));
    expect(medians[1]).toBe(median);
    expect(medians[0]).toBeNaN();
  });

  test('is the exact median of any integer counts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 60 }),
        async (values) => {
          const result = await geneStatistics(oneGene(values), all(values.length));
          expect(result.medians[1]).toBe(exactMedian(values));
          expect(result.detections[1]).toBe(values.length);
          expect(await geneStatistics(packedSource(oneGene(values)), all(values.length))).toEqual(result);
        },
      ),
    );
  });

  test('other positive numbers come within one part in 4,096', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.001, max: 5000, noNaN: true }), { minLength: 1, maxLength: 40 }),
        async (values) => {
          const { medians } = await geneStatistics(oneGene(values), all(values.length));
          const exact = exactMedian(values);
          expect(Math.abs(medians[1] / exact - 1)).toBeLessThan(1 / 4096);
        },
      ),
    );
  });

  test('of counts as they are stored: many genes, of which some have equal and some large counts', async () => {
    const nGenes = 40;
    const cells = Array.from({ length: 60 }, (_, cell) =>
      Array.from({ length: nGenes }, (__, gene) => (7 * cell + 3 * gene) % 5).map((n, gene) => n ** (gene % 8)),
    );
    const rows = cells.map((cell) => cell.flatMap((count, gene) => (count > 0 ? [[gene, count]] : [])));
    const counts = memoryCounts({
      nGenes,
      indptr: rows.reduce((ends, row) => [...ends, ends.at(-1)! + row.length], [0]),
      indices: Int32Array.from(rows.flat(), ([gene]) => gene),
      data: Float32Array.from(rows.flat(), ([, count]) => count),
    });
    const keep = Uint8Array.from(cells, (_, cell) => (cell % 7 === 0 ? 0 : 1));
    const { medians, detections } = await geneStatistics(packedSource(counts), keep);
    for (let gene = 0; gene < nGenes; gene++) {
      const values = cells
        .filter((_, cell) => keep[cell])
        .map((cell) => cell[gene])
        .filter((count) => count > 0);
      expect(medians[gene], `gene ${gene}`).toBe(exactMedian(values));
      expect(detections[gene]).toBe(values.length);
    }
  });

  test('masked cells do not count', async () => {
    const { medians, detections } = await geneStatistics(oneGene([1, 50, 1]), Uint8Array.of(0, 1, 0));
    expect(medians[1]).toBe(50);
    expect(detections[1]).toBe(1);
  });
});
