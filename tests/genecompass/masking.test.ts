import { describe, expect, it } from 'vitest';
import { maskCell } from '#genecompass/masking.ts';

const options = { seed: 3, maskFraction: 0.15, vocabularySize: 500 };

function makeRow(n: number) {
  return {
    tokenIds: Int32Array.from({ length: n }, (_, i) => 2 + (i % 498)),
    values: Float32Array.from({ length: n }, (_, i) => 5 - i / n),
    labels: new Int32Array(n),
  };
}

describe('masking', () => {
  it('selects 15 % and treats them 80 / 10 / 10', () => {
    const n = 40_000;
    const before = makeRow(n);
    const row = makeRow(n);
    const selected = maskCell(row, 7, 12, options);
    let hidden = 0;
    let replaced = 0;
    let kept = 0;
    for (let i = 0; i < n; i++) {
      if (row.labels[i] === -100) {
        expect(row.tokenIds[i]).toBe(before.tokenIds[i]);
        expect(row.values[i]).toBe(before.values[i]);
        continue;
      }
      expect(row.labels[i]).toBe(before.tokenIds[i]);
      if (row.values[i] !== -1) kept++;
      else if (row.tokenIds[i] === 1) hidden++;
      else replaced++;
    }
    expect(hidden + replaced + kept).toBe(selected);
    // Six standard deviations of the binomial.
    expect(Math.abs(selected / n - 0.15)).toBeLessThan(0.024);
    expect(Math.abs(hidden / selected - 0.8)).toBeLessThan(0.031);
    expect(Math.abs(kept / selected - 0.1)).toBeLessThan(0.024);
  });

  it('never selects <pad> or <mask>', () => {
    const row = makeRow(1000);
    row.tokenIds.fill(0, 0, 500).fill(1, 500);
    expect(maskCell(row, 0, 0, { ...options, maskFraction: 0.9 })).toBe(0);
  });

  it('depends on seed, step, cell and position only', () => {
    const labels = (step: number, cell: number, seed: number, n = 300) => {
      const row = makeRow(n);
      maskCell(row, step, cell, { ...options, seed });
      return row.labels;
    };
    expect(labels(4, 9, 1)).toEqual(labels(4, 9, 1));
    expect(labels(4, 9, 1, 200)).toEqual(labels(4, 9, 1).subarray(0, 200));
    for (const other of [labels(5, 9, 1), labels(4, 8, 1), labels(4, 9, 2)]) expect(other).not.toEqual(labels(4, 9, 1));
  });
});
