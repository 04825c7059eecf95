import { describe, expect, test } from 'vitest';
import { importedMedians, ownMedians } from '#singlecell/tokenize/token-medians.ts';
import { makeVocabulary, tokensOfGenes } from '#singlecell/vocabulary/vocabulary.ts';

const human = (n: number) => `ENSG${String(n).padStart(11, '0')}`;
const mouse = (n: number) => `ENSMUSG${String(n).padStart(11, '0')}`;
const gene = (id: string) => ({ id, symbol: id });

/** Tokens: human 1 to 3 are 2 to 4, mouse 1 to 4 are 5 to 8; mouse 1 to 3 lead to human 1 to 3. */
const vocabulary = makeVocabulary(
  'imported',
  ['<pad>', '<mask>', human(1), human(2), human(3), mouse(1), mouse(2), mouse(3), mouse(4)],
  new Map([
    [5, 2],
    [6, 3],
    [7, 4],
  ]),
);
const statisticsOf = (detections: number[]) => ({
  detections: Int32Array.from(detections),
  medians: Float64Array.from(detections, (n) => 10 + n),
});

describe('medians of an imported model', () => {
  test('a mouse gene is divided by the median of its human homolog, else by its own, else by 1', () => {
    const genes = [1, 2, 3, 4].map((n) => gene(mouse(n)));
    //                                  pad  mask human 1..3       mouse 1..4
    const imported = Float64Array.of(NaN, NaN, 1.5, NaN, NaN, 9, 2.5, NaN, 3.5);
    const result = importedMedians(
      vocabulary,
      genes,
      tokensOfGenes(vocabulary, genes),
      statisticsOf([5, 5, 5, 5]),
      imported,
    );
    expect([...result.medians.subarray(2, 5)]).toEqual([1.5, 2.5, 1]);
    expect(result.medians[8]).toBe(3.5);
    expect(result).toMatchObject({ source: 'imported', nFound: 3, nMissing: 1 });
  });

  test('genes outside of the vocabulary and genes no cell expresses are not counted', () => {
    const genes = [gene(human(1)), gene(human(2)), gene(human(9))];
    const imported = new Float64Array(9).fill(Number.NaN);
    const result = importedMedians(
      vocabulary,
      genes,
      tokensOfGenes(vocabulary, genes),
      statisticsOf([4, 0, 4]),
      imported,
    );
    expect(result).toMatchObject({ nFound: 0, nMissing: 1 });
    expect([...result.medians]).toEqual(new Array(9).fill(1));
  });

  test.each([0, -1, Infinity, NaN])('%s is no median', (bad) => {
    const genes = [gene(human(1))];
    const imported = new Float64Array(9).fill(bad);
    const result = importedMedians(vocabulary, genes, tokensOfGenes(vocabulary, genes), statisticsOf([4]), imported);
    expect(result.medians[2]).toBe(1);
  });
});

describe('medians of own cells', () => {
  test('where genes share a token, the gene seen in most cells gives the median; others have 1', () => {
    const genes = [gene(human(1)), gene(mouse(1)), gene(human(2))];
    const { medians, nFound, nMissing } = ownMedians(
      vocabulary,
      tokensOfGenes(vocabulary, genes),
      statisticsOf([3, 7, 0]),
    );
    expect(medians[2]).toBe(17);
    expect(medians[3]).toBe(1);
    expect({ nFound, nMissing }).toEqual({ nFound: 2, nMissing: 0 });
  });
});
