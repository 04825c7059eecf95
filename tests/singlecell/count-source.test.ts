import fc from '#tests/support/properties.ts';
import { describe, expect, test } from 'vitest';
import { chunksOf, keptCells, memoryCounts, subsetCounts } from '#singlecell/count-source.ts';

const source = memoryCounts({
  nGenes: 4,
  indptr: [0, 2, 2, 5, 6],
  indices: Int32Array.of(0, 3, 0, 1, 2, 1),
  data: Float32Array.of(5, 1, 2, 3, 4, 9),
});

describe('memoryCounts', () => {
  test('rows are rebased to their chunk', () => {
    const chunk = source.rows(1, 4);
    expect(chunk).toMatchObject({ start: 1, nCells: 3, nGenes: 4 });
    expect([...chunk.indptr]).toEqual([0, 0, 3, 4]);
    expect([...chunk.indices]).toEqual([0, 1, 2, 1]);
    expect([...chunk.data]).toEqual([2, 3, 4, 9]);
  });

  test.each([
    ['offsets that do not start at 0', { indptr: [1, 2], indices: Int32Array.of(0), data: Float32Array.of(1) }],
    ['offsets past the values', { indptr: [0, 2], indices: Int32Array.of(0), data: Float32Array.of(1) }],
    ['falling offsets', { indptr: [0, 2, 1, 2], indices: Int32Array.of(0, 1), data: Float32Array.of(1, 1) }],
    ['repeated genes in a cell', { indptr: [0, 2], indices: Int32Array.of(1, 1), data: Float32Array.of(1, 1) }],
    ['a gene outside the matrix', { indptr: [0, 1], indices: Int32Array.of(4), data: Float32Array.of(1) }],
  ])('refuses %s', (_, arrays) => {
    expect(() => memoryCounts({ nGenes: 4, ...arrays })).toThrow(expect.objectContaining({ code: 'data-format' }));
  });
});

test('a subset keeps the asked order and joins scattered rows', () => {
  const subset = subsetCounts(source, Int32Array.of(3, 0, 1));
  const chunk = subset.rows(0, 3);
  expect([...chunk.indptr]).toEqual([0, 1, 3, 3]);
  expect([...chunk.indices]).toEqual([1, 0, 3]);
  expect([...chunk.data]).toEqual([9, 5, 1]);
  expect([...subset.rows(1, 2).data]).toEqual([5, 1]);
});

test('any choice of rows equals reading them one by one, and near rows are read together', () => {
  const nCells = 200;
  const indptr = Array.from({ length: nCells + 1 }, (_, i) => i);
  const wide = memoryCounts({
    nGenes: 3,
    indptr,
    indices: Int32Array.from({ length: nCells }, (_, i) => i % 3),
    data: Float32Array.from({ length: nCells }, (_, i) => i + 1),
  });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: nCells - 1 }), { minLength: 1, maxLength: 40 }), (cells) => {
      const chunk = subsetCounts(wide, Int32Array.from(cells)).rows(0, cells.length);
      expect([...chunk.data]).toEqual(cells.map((cell) => cell + 1));
      expect([...chunk.indices]).toEqual(cells.map((cell) => cell % 3));
      expect([...chunk.indptr]).toEqual(Array.from({ length: cells.length + 1 }, (_, i) => i));
      expect(chunk.start).toBe(0);
    }),
  );
  const reads: [number, number][] = [];
  const watched = {
    ...wide,
    rows: (start: number, end: number) => {
      reads.push([start, end]);
      return wide.rows(start, end);
    },
  };
  subsetCounts(watched, Int32Array.of(0, 10, 11, 40, 190)).rows(0, 5);
  expect(reads).toEqual([
    [0, 41],
    [190, 191],
  ]);
});

test('chunks cover every cell once, whatever their size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), (size) => {
      const values = [...chunksOf(source, size)].flatMap((chunk) => [...chunk.data]);
      expect(values).toEqual([5, 1, 2, 3, 4, 9]);
    }),
  );
});

test('keptCells lists the cells of a mask', () => {
  expect([...keptCells(Uint8Array.of(0, 1, 1, 0, 1))]).toEqual([1, 2, 4]);
});
