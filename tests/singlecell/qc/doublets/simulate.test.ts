import { expect, test } from 'vitest';
import { memoryCounts } from '#singlecell/count-source.ts';
import { addedPairs, drawPairs, logOfTotals } from '#singlecell/qc/doublets/simulate.ts';

// Rows: (1, 0, 2, 0), (0, 3, 4, 0), (0, 0, 0, 5).
const counts = memoryCounts({
  nGenes: 4,
  indptr: [0, 2, 4, 5],
  indices: Int32Array.of(0, 2, 1, 2, 3),
  data: Float32Array.of(1, 2, 3, 4, 5),
});

test('a doublet holds the counts of both cells', () => {
  const sum = addedPairs(counts.rows(0, 3), Int32Array.of(0, 1, 2, 0));
  const { indptr, indices, data } = sum.rows(0, 2);
  expect([...indptr]).toEqual([0, 3, 6]);
  expect([...indices]).toEqual([0, 1, 2, 0, 2, 3]);
  expect([...data]).toEqual([1, 3, 6, 1, 2, 5]);
  expect([...sum.rows(1, 2).data]).toEqual([1, 2, 5]);
});

test('pairs are of two different cells, and every cell has its turn', () => {
  const pairs = drawPairs(5, 500, 2);
  const seen = new Set<number>();
  for (let i = 0; i < pairs.length; i += 2) {
    expect(pairs[i]).not.toBe(pairs[i + 1]);
    seen.add(pairs[i]).add(pairs[i + 1]);
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  expect(() => drawPairs(1, 3, 0)).toThrow(RangeError);
  // The second does not follow from the first: all ordered pairs come.
  const all = drawPairs(8, 2000, 2);
  expect(new Set(Array.from({ length: 2000 }, (_, d) => `${all[2 * d]} ${all[2 * d + 1]}`)).size).toBe(8 * 7);
});

test('the logarithm takes the total of all genes, not of those that are left', () => {
  const { data } = logOfTotals(counts, Float64Array.of(100, 10, 5)).rows(1, 3);
  expect(data[0]).toBeCloseTo(Math.log1p(3000), 5);
  expect(data[2]).toBeCloseTo(Math.log1p(10000), 5);
});
