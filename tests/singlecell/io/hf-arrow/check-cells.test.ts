import { describe, expect, it } from 'vitest';
import { CellChecker, UNKNOWN_VALUE } from '#singlecell/io/hf-arrow/check-cells.ts';
import type { TokenBatch } from '#singlecell/io/hf-arrow/token-source.ts';

const VOCABULARY = ['<pad>', '<mask>', '<cls>', '<eos>', 'ENSG4', 'ENSG5', 'ENSG6', 'ENSG7'];

/** One cell as a batch of its own, the 17th row of its file. */
function batch(ids: number[], rest: { values?: number[]; length?: number; species?: number } = {}): TokenBatch {
  const list = (numbers: number[]) => ({ offsets: Float64Array.of(0, numbers.length), values: numbers });
  return {
    file: 'data.arrow',
    firstRow: 16,
    nCells: 1,
    ids: list(ids),
    values: rest.values ? list(rest.values) : null,
    lengths: rest.length === undefined ? null : [rest.length],
    species: rest.species === undefined ? null : [rest.species],
  };
}
const read = (...given: Parameters<typeof batch>) => new CellChecker(VOCABULARY, 3).read(batch(...given), 0);

describe('a cell of a token folder', () => {
  it('loses its padding and the frame of Geneformer', () => {
    const cell = read([2, 6, 4, 3, 0, 0], { length: 4 });
    expect([...cell.tokenIds]).toEqual([6, 4]);
    expect([...cell.values]).toEqual([UNKNOWN_VALUE, UNKNOWN_VALUE]);
    expect(cell).toMatchObject({ species: -1, isTruncated: false });
  });

  it('is cut at the highest ranks, and checked behind the cut too', () => {
    const cell = read([7, 6, 5, 4], { values: [4, 3, 2, 1], length: 4, species: 1 });
    expect([...cell.tokenIds]).toEqual([7, 6, 5]);
    expect(cell).toMatchObject({ species: 1, isTruncated: true });
    expect(() => read([7, 6, 5, 9], { values: [4, 3, 2, 1] })).toThrow(/token 9 is none of the 8/);
  });

  it('without genes is empty', () => {
    expect(read([2, 3, 0, 0]).tokenIds).toHaveLength(0);
    expect(read([], { length: 0 }).tokenIds).toHaveLength(0);
  });

  it.each<[string, Parameters<typeof batch>, RegExp]>([
    ['a token outside of the vocabulary', [[8]], /^data\.arrow: input_ids, row 17: token 8 is none of the 8/],
    ['a negative token', [[-1]], /input_ids, row 17: token -1/],
    ['half a token', [[4.5]], /token 4\.5/],
    ['a masked gene', [[4, 1, 5]], /<mask> \(1\) stands among the genes, at rank 2/],
    ['padding before genes', [[0, 4]], /<pad> \(0\) stands among the genes, at rank 1/],
    ['a frame within', [[4, 2, 5]], /<cls> \(2\) stands among the genes/],
    ['a gene twice', [[4, 5, 4]], /token 4 occurs twice/],
    ['a wrong length', [[4, 5, 0], { length: 3 }], /length, row 17: it says 3, but 2 tokens/],
    ['too few values', [[4, 5], { values: [1] }], /values, row 17: it holds 1 values for 2 tokens/],
    ['a value that is no number', [[4], { values: [Number.NaN] }], /values, row 17: it holds NaN at rank 1/],
    ['an infinite value', [[4], { values: [1e39] }], /it holds 1e\+39/],
    ['a negative value', [[4], { values: [-0.5] }], /it holds -0\.5/],
    ['rising values', [[4, 5], { values: [1, 2] }], /2 at rank 2 follows 1/],
    ['a third species', [[4], { species: 2 }], /species, row 17: it holds 2, 0 \(human\) or 1 \(mouse\)/],
  ])('is refused with %s', (_, given, message) => {
    expect(() => read(...given)).toThrow(message);
  });
});
