import { describe, expect, it } from 'vitest';
import { cellTokens, percentileDoses, tokenStatistics } from '#singlecell/perturb/dose.ts';
import type { TokenSet } from '#singlecell/types.ts';

const rows: [number, number][][] = [
  [
    [4, 3],
    [2, 2],
    [3, 1],
  ],
  [
    [2, 5],
    [3, 1.5],
  ],
  [[2, 3]],
];
const flat = rows.flat();
const tokens: TokenSet = {
  vocabularyId: 'v',
  vocabularyHash: 'h',
  maxLength: 8,
  nCells: 3,
  offsets: Float64Array.of(0, 3, 5, 6),
  tokenIds: Int32Array.from(flat, ([id]) => id),
  values: Float32Array.from(flat, ([, value]) => value),
  species: new Uint8Array(3),
  cellIndex: Int32Array.of(0, 1, 2),
};

describe('dose', () => {
  const statistics = tokenStatistics(tokens, 6, 8);

  it('counts the cells that express a gene', () => {
    expect([...statistics.detections]).toEqual([0, 0, 3, 2, 1, 0]);
    expect(statistics.meanValues[2]).toBeCloseTo(10 / 3, 12);
    expect(statistics.maxValues[2]).toBe(5);
  });

  it('is a percentile among expressing cells (numpy.quantile), NaN without any, in the order asked', () => {
    const doses = percentileDoses(tokens, statistics, [3, 2, 5], { percentile: 0.9, maxLength: 8 });
    expect(doses[0]).toBeCloseTo(1.45, 6);
    expect(doses[1]).toBeCloseTo(4.6, 6);
    expect(doses[2]).toBeNaN();
  });

  it('never exceeds the observed maximum', () => {
    expect(percentileDoses(tokens, statistics, [2], { percentile: 1, maxLength: 8 })[0]).toBe(5);
  });

  it('sees only the genes the model reads', () => {
    const short = tokenStatistics(tokens, 6, 1);
    expect([...short.detections]).toEqual([0, 0, 2, 0, 1, 0]);
    expect(percentileDoses(tokens, short, [2], { percentile: 0.5, maxLength: 1 })[0]).toBe(4);
    expect([...cellTokens(tokens, 0, 2).tokenIds]).toEqual([4, 2]);
  });
});
