import { expect, test } from 'vitest';
import { binned, countedIn, NO_BIN } from '#singlecell/qc/histogram.ts';

test('counts lie on a log scale that ends at whole tenths of a decade', () => {
  const { histogram, bins } = binned('totalCounts', [0, 10, 100, 1000, 900], Uint8Array.of(0, 1, 1, 1, 1));
  expect(histogram.scale).toBe('log');
  expect([histogram.edges[0], histogram.edges.at(-1)]).toEqual([1, 3]);
  expect(histogram.counts.reduce((sum, n) => sum + n, 0)).toBe(4);
  // Bins are a thirtieth of a decade wide: 10, 100 and 1000 begin bins 0, 30 and the last; log10(900) = 2.954.
  expect([...bins]).toEqual([NO_BIN, 0, 30, 59, 58]);
});

test('shares begin at 0, and a measure that is 0 everywhere still has an axis', () => {
  const { histogram, bins } = binned('mitoFraction', [0, 0.11, NaN], Uint8Array.of(1, 1, 1));
  expect([histogram.edges[0], histogram.edges.at(-1)]).toEqual([0, 0.15]);
  expect([...bins]).toEqual([0, 44, NO_BIN]);
  expect(binned('mitoFraction', [0, 0], Uint8Array.of(1, 1)).histogram.edges.at(-1)).toBe(0.05);
  expect(binned('complexity', [0.86, 0.93], Uint8Array.of(1, 1)).histogram.edges[0]).toBe(0.85);
});

test('nothing to count gives an empty histogram', () => {
  const { histogram } = binned('detectedGenes', [0], Uint8Array.of(0));
  expect(new Set(histogram.counts)).toEqual(new Set([0]));
  expect(histogram.edges).toHaveLength(61);
});

test('other values are counted in the same bins, those beyond in the outer ones', () => {
  expect(countedIn([0, 0.5, 1], [-1, 0.2, 0.5, 0.9, 3])).toEqual([2, 3]);
  expect(countedIn([2, 3, 4, 5], [2, 2.9, 3, 4.5, 4.9, 5])).toEqual([2, 1, 3]);
});
