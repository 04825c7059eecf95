import { describe, expect, test } from 'vitest';
import { donorBalance, type Annotation } from '#singlecell/qc/donor-balance.ts';

/** Annotations from a table of labels × donors. */
function spread(table: number[][], nMissing = 0): [Annotation, Annotation] {
  const donors: number[] = [];
  const labels: number[] = [];
  table.forEach((row, label) =>
    row.forEach((n, donor) => {
      for (let i = 0; i < n; i++) {
        donors.push(donor);
        labels.push(label);
      }
    }),
  );
  for (let i = 0; i < nMissing; i++) {
    donors.push(-1);
    labels.push(0);
  }
  const names = (n: number, word: string) => Array.from({ length: n }, (_, i) => `${word}${i}`);
  return [
    { column: 'donor', categories: names(table[0].length, 'd'), codes: Int32Array.from(donors) },
    { column: 'state', categories: names(table.length, 's'), codes: Int32Array.from(labels) },
  ];
}
const warningsOf = (table: number[][], nMissing?: number) => donorBalance(...spread(table, nMissing)).warnings;

describe('donor balance', () => {
  test('an even spread over three donors warns of nothing and gives the table', () => {
    const balance = donorBalance(
      ...spread([
        [20, 20, 20],
        [30, 30, 30],
      ]),
    );
    expect(balance.warnings).toEqual([]);
    expect(balance.cells).toEqual([20, 20, 20, 30, 30, 30]);
  });

  test('one donor, and two donors, are said once', () => {
    expect(warningsOf([[50], [50]])).toEqual([{ kind: 'one-donor' }]);
    expect(warningsOf([[25, 25]])).toEqual([{ kind: 'few-donors', nDonors: 2 }]);
  });

  test('a state of one donor, of two of four, and one that a donor dominates', () => {
    expect(
      warningsOf([
        [40, 0, 0, 0],
        [20, 20, 0, 0],
        [60, 10, 10, 10],
        [10, 60, 60, 60],
      ]),
    ).toEqual([
      { kind: 'label-in-one-donor', label: 's0', nCells: 40 },
      { kind: 'label-in-two-donors', label: 's1' },
      { kind: 'donor-dominates-label', label: 's2', donor: 0, share: 60 / 90 },
    ]);
  });

  test('exactly half is no more than half, and states of nine cells are left out', () => {
    expect(
      warningsOf([
        [10, 5, 5],
        [0, 0, 9],
      ]),
    ).toEqual([]);
  });

  test('a donor of most cells, and cells without a donor', () => {
    expect(warningsOf([[100, 10, 10]], 4)).toEqual([
      { kind: 'donor-missing', nCells: 4 },
      { kind: 'donor-dominates', donor: 0, share: 100 / 120 },
      { kind: 'donor-dominates-label', label: 's0', donor: 0, share: 100 / 120 },
    ]);
  });

  test('without cell states only the donors are judged', () => {
    const [donors] = spread([[100, 10, 10]]);
    expect(donorBalance(donors, null)).toMatchObject({
      labels: [],
      cells: [],
      warnings: [{ kind: 'donor-dominates' }],
    });
  });
});
