import { describe, expect, it } from 'vitest';
import type { Dataset, Vocabulary } from '#singlecell/types.ts';
import { coverageReport, type EncodedSummary } from '#singlecell/tokenize/coverage.ts';

const genes = Array.from({ length: 10 }, (_, i) => ({ id: `ENSG0000000000${i}`, symbol: `G${i}` }));
const dataset = { species: 'human', genes } as unknown as Dataset;
const vocabulary = {
  tokens: genes.slice(0, 8).map(({ id }) => id),
  homologs: new Map(),
} as unknown as Vocabulary;
/** 100 cells, of which so many are kept, each with as many tokens as it has a number. */
function report(change: Partial<EncodedSummary> = {}, medians = { nFound: 9, nMissing: 0 }) {
  const lengths = change.lengths ?? Int32Array.from({ length: 60 }, (_, i) => i + 1);
  const qc = { keep: new Uint8Array(100), nKept: lengths.length, maskedBy: { empty: 3 }, warnings: ['told before'] };
  const encoded = {
    maxLength: 64,
    nTruncated: 0,
    nWithoutTokens: 0,
    countsInVocabulary: 900,
    countsTotal: 1000,
    ...change,
    lengths,
  };
  return coverageReport(dataset, qc as never, vocabulary, encoded, { source: 'imported', ...medians });
}
const cells = (n: number) => Int32Array.from({ length: n }, () => 5);

describe('what of the data reaches the model', () => {
  it('is told in numbers, with no warning where there is nothing to warn of', () => {
    expect(report()).toMatchObject({
      nCells: 100,
      nCellsKept: 60,
      nGenes: 10,
      countsCovered: 0.9,
      cellsTruncated: 0,
      medianLength: 30.5,
      maskedBy: { empty: 3 },
      warnings: ['told before'],
    });
    expect(report({ lengths: Int32Array.of(9, 1, 4) }).medianLength).toBe(4);
    expect(report({ lengths: cells(0), countsTotal: 0 })).toMatchObject({ medianLength: 0, countsCovered: 0 });
  });

  it.each([
    ['half of the cells kept', { lengths: cells(50) }, null],
    ['fewer', { lengths: cells(49) }, /^Only 49 of 100 cells are kept/],
    ['60 % of the counts covered', { countsInVocabulary: 600 }, null],
    ['fewer counts', { countsInVocabulary: 599 }, /^Only 59\.9 % of all counts/],
    ['half of the cells cut', { nTruncated: 30 }, null],
    ['more cut', { nTruncated: 31 }, /^51\.7 % of the cells have more than 64 genes/],
    ['a cell without a token', { nWithoutTokens: 1 }, /^1 kept cells have no gene/],
  ])('%s', (_, change: Partial<EncodedSummary>, says) => {
    const { warnings, maskedBy } = report(change);
    if (says === null) expect(warnings).toEqual(['told before']);
    else expect(warnings[1]).toMatch(says);
    expect(maskedBy.withoutVocabularyGene).toBe(change.nWithoutTokens);
  });

  it('has medians for nine of ten genes, or says so', () => {
    expect(report({}, { nFound: 9, nMissing: 1 }).warnings).toHaveLength(1);
    expect(report({}, { nFound: 8, nMissing: 1 }).warnings[1]).toMatch(
      /^1 of 9 expressed genes have no imported median/,
    );
  });
});
