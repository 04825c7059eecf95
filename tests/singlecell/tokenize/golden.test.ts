import { expect, test } from 'vitest';
import { memoryCounts } from '#singlecell/count-source.ts';
import { cellMetrics } from '#singlecell/qc/metrics.ts';
import { applyQcRules, resolveQcRules } from '#singlecell/qc/rules.ts';
import { prepareTokens } from '#singlecell/tokenize/prepare.ts';
import type { Dataset } from '#singlecell/types.ts';

const human = (n: number) => `ENSG${String(n).padStart(11, '0')}`;

/**
 * Three cells worked out by hand, from counts to tokens, as the published steps say (spec/genecompass.md §1.2).
 *
 * Genes A B C D have the ids 10 20 30 40, so the vocabulary is <pad> 0, <mask> 1, A 2, B 3, C 4, D 5. The dataset has them
 * in the order D B A C.
 *
 *            A   B   C   D
 *   cell 1   2   6   1   4
 *   cell 2   4   2   3   ·
 *   cell 3   8   ·   2   2
 *
 * Non-zero medians: A of 2 4 8 = 4; B of 2 6 = 4, the mean of the middle two; C of 1 2 3 = 2; D of 2 4 = 3.
 *
 * count / median, ranked, ties by token; log2(1 + ratio); cut after three:
 *   cell 1   B 6/4, D 4/3, A 2/4 = C 1/2: A before C, C is cut   log2 5/2, log2 7/3, log2 3/2
 *   cell 2   C 3/2, A 4/4, B 2/4                                 log2 5/2, log2 2,   log2 3/2
 *   cell 3   A 8/4, C 2/2, D 2/3                                 log2 3,   log2 2,   log2 5/3
 */
const cells: Dataset = {
  species: 'human',
  genes: [40, 20, 10, 30].map((n) => ({ id: human(n), symbol: `G${n}` })),
  cellIds: ['1', '2', '3'],
  obs: [],
  counts: memoryCounts({
    nGenes: 4,
    indptr: [0, 4, 7, 10],
    indices: Int32Array.of(0, 1, 2, 3, 1, 2, 3, 0, 2, 3),
    data: Float32Array.of(4, 6, 2, 1, 2, 4, 3, 2, 8, 2),
  }),
};

test('three cells from counts to tokens, worked out by hand', async () => {
  const rules = resolveQcRules('none', { minCoreGenes: 0 });
  const qc = applyQcRules(await cellMetrics(cells), rules);
  const { tokens, vocabulary, medians, coverage } = await prepareTokens(cells, qc, {
    maxLength: 3,
    minCellsPerGene: 1,
  });
  expect(vocabulary.tokens).toEqual(['<pad>', '<mask>', ...[10, 20, 30, 40].map(human)]);
  expect([...medians]).toEqual([1, 1, 4, 4, 2, 3]);
  expect([...tokens.offsets]).toEqual([0, 3, 6, 9]);
  expect([...tokens.tokenIds]).toEqual([3, 5, 2, 4, 2, 3, 2, 4, 5]);
  // By math.log2 of Python.
  const expected = [
    1.3219280949, 1.2223924213, 0.5849625007, 1.3219280949, 1, 0.5849625007, 1.5849625007, 1, 0.7369655942,
  ];
  tokens.values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
  expect(coverage).toMatchObject({ nCellsKept: 3, cellsTruncated: 1 / 3, medianLength: 3, genesInVocabulary: 4 });
});
