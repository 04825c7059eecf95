import { describe, expect, it } from 'vitest';
import { depthDependence } from '#ranking/depth-dependence.ts';

const COUNTS = [900, 1200, 1500, 1700, 2100, 2600, 3000, 3300, 4100, 5200, 6100, 8000];
const ROWS = [
  // Both: fewer cells are changed, and those less far.
  [9, 8.5, 7, 7.5, 6, 5.5, 0, 0, 0, 0, 0, 0],
  // Whether a cell is changed at all.
  [3, 3.2, 2.9, 3.1, 3.05, 2.95, 3.15, 0, 0, 0, 0, 0],
  // How far.
  [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
  [1, -1, 2, -2, 3, -3, 1.5, -1.5, 2.5, -2.5, 0.5, -0.5],
  // Too few cells for a test.
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5],
  [0.4, NaN, 0.1, 0.3, NaN, 0.2, 0.35, 0, 0.15, 0.25, 0.05, 0],
];
const cells = (rows: readonly (readonly number[])[]) => ({
  effects: Float64Array.from(rows.flat()),
  nGenes: rows.length,
  nCells: COUNTS.length,
  replicates: COUNTS.map((_, cell) => cell),
  nReplicates: COUNTS.length,
});

describe('dependence of effects on depth', () => {
  it('tells reading from moving (scipy 1.10.1 stats.spearmanr, Benjamini-Hochberg over the genes with three cells)', () => {
    expect(depthDependence(cells(ROWS), COUNTS, null)).toEqual({
      nFollowing: 3,
      nTested: 5,
      nByReading: 2,
      nWithin: 2,
      unread: { shallow: 6 / 34, deep: 17 / 36 },
    });
  });

  it('knows the smallest chance there is: a gene that follows counts without exception', () => {
    expect(depthDependence(cells([ROWS[2]]), COUNTS, null)).toMatchObject({ nFollowing: 1, nWithin: 1, nByReading: 0 });
  });

  it('is looked for within donors, whose own depths are no cause', () => {
    const donors = COUNTS.map((_, cell) => (cell < 6 ? 0 : 1));
    const byDonor = [5, 4.9, 5.1, 4.8, 5.2, 5, 1, 1.1, 0.9, 1.05, 0.95, 1];
    expect(depthDependence(cells([byDonor]), COUNTS, null).nFollowing).toBe(1);
    expect(depthDependence(cells([byDonor]), COUNTS, donors).nFollowing).toBe(0);
  });
});
