import { expect, test } from 'vitest';
import { groupTable, membersOf, spreadOf } from '#singlecell/qc/group-table.ts';

test('median and 1.4826 × MAD as scipy.stats.median_abs_deviation(scale="normal") 1.10.1 gives them, NaN left out', () => {
  const { median, mad } = spreadOf([1, 2, 4, 9, NaN, 30]);
  expect(median).toBe(4);
  expect(mad).toBeCloseTo(4.447806655516806, 12);
  expect(spreadOf([NaN])).toEqual({ median: null, mad: null });
});

test('groups follow their codes, cells without one come last, empty cells count as cells and not in medians', () => {
  const codes = Int32Array.of(2, -1, 0, 2, 2);
  const table = groupTable('run', codes, { totalCounts: [10, 5, 7, 0, 30] }, Uint8Array.of(1, 1, 1, 0, 1));
  expect(table.groups.map(({ code, nCells, measures }) => [code, nCells, measures.totalCounts!.median])).toEqual([
    [0, 1, 7],
    [2, 3, 20],
    [-1, 1, 5],
  ]);
  expect([...membersOf(codes)].map(([code, cells]) => [code, ...cells])).toEqual([
    [0, 2],
    [2, 0, 3, 4],
    [-1, 1],
  ]);
});
