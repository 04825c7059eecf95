import { describe, expect, it } from 'vitest';
import { cellDepths, cellTokens, percentileDoses, tokenStatistics, withDepths } from '#singlecell/perturb/dose.ts';
import { overExpressGenes, valueAtDepth } from '#singlecell/perturb/operators.ts';
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

describe('doses by depth', () => {
  const deep = withDepths(tokens, true);

  it('know the depth of a cell by its tokens, over that of the cell in the middle (numpy 1.24.2)', () => {
    [1, 2.9844024658860175, 0.6363636363636364].forEach((depth, cell) =>
      expect(cellDepths(tokens)[cell]).toBeCloseTo(depth, 12),
    );
    expect(withDepths(tokens, false)).toBe(tokens);
    expect(cellTokens(tokens, 1, 8)).not.toHaveProperty('depth');
    expect(cellTokens(deep, 2, 8).depth).toBe(deep.depths![2]);
    const empty = { ...tokens, nCells: 4, offsets: Float64Array.of(0, 3, 5, 6, 6) };
    expect(cellDepths(empty)[3]).toBe(1);
  });

  it('are percentiles of values in a cell of middle depth (numpy 1.24.2)', () => {
    const statistics = tokenStatistics(deep, 6, 8);
    const doses = percentileDoses(deep, statistics, [3, 2], { percentile: 0.9, maxLength: 8 });
    expect(doses[0]).toBeCloseTo(0.9689443230628967, 6);
    expect(doses[1]).toBeCloseTo(3.569841814041138, 6);
  });

  it('raise a gene to the same rank in a cell that differs in nothing but its depth', () => {
    const values = [4, 3, 2, 1];
    const ids = Int32Array.of(5, 6, 7, 8);
    const at = (depth: number) => {
      const cell = { tokenIds: ids, values: Float32Array.from(values, (value) => valueAtDepth(value, depth)), depth };
      return overExpressGenes(cell, [{ tokenId: 9, value: 2.5 }], 4);
    };
    const [plain, deeper] = [at(1), at(8)];
    expect([...plain!.tokenIds]).toEqual([5, 6, 9, 7]);
    expect([...deeper!.tokenIds]).toEqual([...plain!.tokenIds]);
    expect(deeper!.values[2]).toBeCloseTo(Math.log2(1 + (2 ** 2.5 - 1) * 8), 5);
  });
});
