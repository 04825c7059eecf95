import fc from '#tests/support/properties.ts';
import { describe, expect, test } from 'vitest';
import { memoryCounts } from '#singlecell/count-source.ts';
import { DescendingOrder } from '#singlecell/tokenize/rank-order.ts';
import { tokenise } from '#singlecell/tokenize/tokenise.ts';
import type { Dataset } from '#singlecell/types.ts';
import { makeVocabulary } from '#singlecell/vocabulary/vocabulary.ts';

const human = (n: number) => `ENSG${String(n).padStart(11, '0')}`;
const mouse = (n: number) => `ENSMUSG${String(n).padStart(11, '0')}`;

/**
 * Genes of the dataset, in its order: 40, 10, 30, 99, 20. Vocabulary: <pad> 0, <mask> 1, 10 → 2, 20 → 3, 30 → 4, 40 → 5;
 * 99 is not in it. Medians of tokens 2..5: 1, 2, 4, 2.
 *
 * cell 0: 40:4 10:1 30:4 99:7 20:6 → ratios 5: 2, 2: 1, 4: 1, 3: 3 → 3, 5, then 2 and 4 tie at 1: 2 before 4.
 *         values log2(1 + 3) = 2, log2 3 = 1.5849625, log2 2 = 1, 1.
 * cell 1: 99:5 → nothing of the vocabulary.
 * cell 2: 10:3 30:28 20:14 → ratios 2: 3, 4: 7, 3: 7 → 3 before 4 (tie at 7), then 2. values 3, 3, 2.
 */
const dataset: Dataset = {
  species: 'human',
  genes: [40, 10, 30, 99, 20].map((n) => ({ id: human(n), symbol: `G${n}` })),
  cellIds: ['a', 'b', 'c'],
  obs: [],
  counts: memoryCounts({
    nGenes: 5,
    indptr: [0, 5, 6, 9],
    indices: Int32Array.of(0, 1, 2, 3, 4, 3, 1, 2, 4),
    data: Float32Array.of(4, 1, 4, 7, 6, 5, 3, 28, 14),
  }),
};
const vocabulary = makeVocabulary('own', ['<pad>', '<mask>', ...[10, 20, 30, 40].map(human)], new Map());
const medians = Float64Array.of(1, 1, 1, 2, 4, 2);
const keepAll = Uint8Array.of(1, 1, 1);

describe('tokenise', () => {
  test('three cells worked out by hand', async () => {
    const result = await tokenise(dataset, keepAll, { vocabulary, medians, maxLength: 2048 });
    const { tokens } = result;
    expect([...tokens.offsets]).toEqual([0, 4, 7]);
    expect([...tokens.tokenIds]).toEqual([3, 5, 2, 4, 3, 4, 2]);
    expect([...tokens.values]).toEqual([2, Math.fround(Math.log2(3)), 1, 1, 3, 3, 2]);
    expect([...tokens.cellIndex]).toEqual([0, 2]);
    expect([...tokens.species]).toEqual([0, 0]);
    expect(tokens).toMatchObject({ nCells: 2, vocabularyId: vocabulary.id, vocabularyHash: vocabulary.hash });
    expect(result).toMatchObject({
      nTruncated: 0,
      nWithoutTokens: 1,
      countsInVocabulary: 4 + 1 + 4 + 6 + 3 + 28 + 14,
      countsTotal: 72,
    });
  });

  test('of more cells than are read at once, one after the other', async () => {
    const nCells = 1300;
    const counts = memoryCounts({
      nGenes: 5,
      indptr: Array.from({ length: nCells + 1 }, (_, cell) => 2 * cell),
      indices: Int32Array.from({ length: 2 * nCells }, (_, i) => 1 + (i % 2)),
      data: Float32Array.from({ length: 2 * nCells }, (_, i) => (i % 2 ? 4 : 1 + (i >> 1))),
    });
    const { tokens } = await tokenise({ ...dataset, counts }, new Uint8Array(nCells).fill(1), {
      vocabulary,
      medians,
      maxLength: 2048,
    });
    expect([...tokens.cellIndex]).toEqual(Array.from({ length: nCells }, (_, cell) => cell));
    expect([...tokens.offsets]).toEqual(Array.from({ length: nCells + 1 }, (_, cell) => 2 * cell));
    // Ratios 1 + cell and 1: the first ranks first, from the second cell on alone.
    for (let cell = 0; cell < nCells; cell++) {
      expect([...tokens.tokenIds.subarray(2 * cell, 2 * cell + 2)]).toEqual([2, 4]);
      expect(tokens.values[2 * cell]).toBe(Math.fround(Math.log2(2 + cell)));
      expect(tokens.values[2 * cell + 1]).toBe(1);
    }
  });

  test('truncation keeps the highest ranks', async () => {
    const { tokens, nTruncated } = await tokenise(dataset, keepAll, { vocabulary, medians, maxLength: 3 });
    expect([...tokens.tokenIds]).toEqual([3, 5, 2, 3, 4, 2]);
    expect(nTruncated).toBe(1);
  });

  test('masked cells are not encoded', async () => {
    const { tokens } = await tokenise(dataset, Uint8Array.of(0, 1, 1), { vocabulary, medians, maxLength: 9 });
    expect([...tokens.cellIndex]).toEqual([2]);
  });

  test('a mouse gene is written with the token of its human homolog, and genes that share a token are added', async () => {
    const tokens = ['<pad>', '<mask>', human(1), mouse(1), mouse(2), mouse(3)];
    // Mouse 1 and mouse 2 both lead to human 1; mouse 3 has no homolog.
    const shared = makeVocabulary(
      'imported',
      tokens,
      new Map([
        [3, 2],
        [4, 2],
      ]),
    );
    const cells: Dataset = {
      ...dataset,
      species: 'mouse',
      genes: [1, 2, 3].map((n) => ({ id: mouse(n), symbol: `M${n}` })),
      counts: memoryCounts({
        nGenes: 3,
        indptr: [0, 3, 4],
        indices: Int32Array.of(0, 1, 2, 1),
        data: Float32Array.of(1, 6, 3, 1),
      }),
    };
    const result = await tokenise(cells, keepAll.subarray(0, 2), {
      vocabulary: shared,
      medians: new Float64Array(6).fill(1),
      maxLength: 16,
    });
    expect([...result.tokens.tokenIds]).toEqual([2, 5, 2]);
    expect([...result.tokens.values]).toEqual([3, 2, 1]);
    expect([...result.tokens.species]).toEqual([1, 1]);
  });

  test('refuses medians of another vocabulary', async () => {
    const other = { vocabulary, medians: new Float64Array(3), maxLength: 9 };
    await expect(tokenise(dataset, keepAll, other)).rejects.toMatchObject({ code: 'conflict' });
  });
});

test('DescendingOrder agrees with a stable sort, also where float32 cannot tell two numbers apart', () => {
  const small = fc.integer({ min: 1, max: 6 });
  const large = fc.integer({ min: 2 ** 23, max: 2 ** 24 });
  const ratio = fc.tuple(fc.oneof(small, large), fc.oneof(small, large)).map(([count, median]) => count / median);
  const order = new DescendingOrder(80);
  fc.assert(
    fc.property(fc.array(ratio, { maxLength: 80 }), (list) => {
      const expected = list.map((_, i) => i).sort((a, b) => list[b] - list[a] || a - b);
      expect([...order.of(Float64Array.from(list), list.length)]).toEqual(expected);
    }),
  );
});
