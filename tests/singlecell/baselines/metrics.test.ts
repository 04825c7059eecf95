import { describe, expect, test } from 'vitest';
import { confusionMatrix, scoreClassifier } from '#singlecell/baselines/metrics.ts';

/**
 * True 0 0 0 1 1 2, predicted 0 0 1 1 3 1; class 4 occurs in neither.
 * Class 0: precision 2/2, recall 2/3, f1 4/5. Class 1: 1/3, 1/2, 2/5. Class 2: 0/0, 0/1, 0. Class 3 (only predicted): 0/1, 0/0, 0.
 * Macro-F1 over the four that occur: (0.8 + 0.4 + 0 + 0) / 4 = 0.3; with class 4 it would be 0.24.
 */
const truth = Int32Array.of(0, 0, 0, 1, 1, 2, -1);
const predicted = Int32Array.of(0, 0, 1, 1, 3, 1, 0);
const classes = ['a', 'b', 'c', 'd', 'e'];

describe('scoreClassifier', () => {
  test('hand-worked scores, with the convention for absent classes', () => {
    const score = scoreClassifier('m', truth, predicted, classes);
    expect(score.accuracy).toBe(0.5);
    expect(score.macroF1).toBeCloseTo(0.3, 15);
    expect(score.perClass.map(({ nTest }) => nTest)).toEqual([3, 2, 1, 0, 0]);
    expect(score.perClass.map(({ precision }) => precision)).toEqual([1, 1 / 3, 0, 0, 0]);
    expect(score.perClass.map(({ recall }) => recall)).toEqual([2 / 3, 1 / 2, 0, 0, 0]);
    expect(score.perClass.map(({ f1 }) => f1)).toEqual([4 / 5, 2 / 5, 0, 0, 0]);
  });

  test('perfect and empty', () => {
    expect(scoreClassifier('m', Int32Array.of(0, 1), Int32Array.of(0, 1), ['a', 'b'])).toMatchObject({
      accuracy: 1,
      macroF1: 1,
    });
    expect(scoreClassifier('m', new Int32Array(), new Int32Array(), ['a', 'b'])).toMatchObject({
      accuracy: 0,
      macroF1: 0,
    });
  });
});

test('confusion: rows true, columns predicted, unlabelled cells not counted', () => {
  expect(confusionMatrix(truth, predicted, 5)).toEqual([
    [2, 1, 0, 0, 0],
    [0, 1, 0, 1, 0],
    [0, 1, 0, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]);
});
