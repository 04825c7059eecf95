import type { AgreementTable } from '../domain/classical.ts';

export interface Grouping {
  names: readonly string[];
  /** One code per cell, -1 where a cell has none. */
  codes: ArrayLike<number>;
}

/** Cells by both groupings, with the adjusted Rand index; cells without a code in either are left out. */
export function agreementOf(own: Grouping, reference: Grouping): AgreementTable {
  const counts = own.names.map(() => new Array<number>(reference.names.length).fill(0));
  for (let cell = 0; cell < own.codes.length; cell++) {
    const [row, column] = [own.codes[cell], reference.codes[cell]];
    if (row >= 0 && column >= 0) counts[row][column]++;
  }
  return {
    rows: [...own.names],
    columns: [...reference.names],
    counts,
    adjustedRandIndex: adjustedRandIndex(counts),
  };
}

/** Source: Hubert & Arabie 1985. 1 for the same groups, 0 as by chance; 1 where neither grouping divides the cells. */
export function adjustedRandIndex(counts: readonly (readonly number[])[]): number {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const rows = counts.map(sum);
  const columns = (counts[0] ?? []).map((_, column) => sum(counts.map((row) => row[column])));
  const both = sum(counts.flat().map(pairs));
  const [inRows, inColumns] = [sum(rows.map(pairs)), sum(columns.map(pairs))];
  const all = pairs(sum(rows));
  const expected = all === 0 ? 0 : (inRows * inColumns) / all;
  const most = (inRows + inColumns) / 2;
  return most === expected ? 1 : (both - expected) / (most - expected);
}
