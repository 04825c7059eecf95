import { describe, expect, test } from 'vitest';
import { ClassifierScore } from '#shared/domain/training.ts';
import { BASELINE_METHODS, classifierBaselines } from '#singlecell/baselines/classifiers.ts';
import { nearestNeighbourClasses } from '#singlecell/baselines/nearest-neighbours.ts';
import { splitCells } from '#singlecell/split.ts';
import { makeCells } from '#tests/support/make-cells.ts';

describe('classifierBaselines', () => {
  const cells = makeCells({ nCells: 300, nGenes: 200, states: ['stem', 'myeloid', 'lymphoid'] });
  const column = cells.obs[0];
  const labels = column.kind === 'categorical' ? column.codes : new Int32Array();
  const classNames = column.kind === 'categorical' ? column.categories : [];
  const all = Int32Array.from({ length: 300 }, (_, i) => i);
  const split = splitCells({ labels, classNames, cells: all, testFraction: 0.3, validationFraction: 0.1, seed: 0 });

  test('learnt methods tell planted states apart, the majority does not, and all come with scores', async () => {
    const results = await classifierBaselines({ dataset: cells, ...split });
    expect(results.map(({ method }) => method)).toEqual([...BASELINE_METHODS]);
    for (const { score, predicted } of results) {
      expect(ClassifierScore.parse(score)).toEqual(score);
      expect(predicted.length).toBe(split.test.length);
    }
    const [majority, neighbours, logistic] = results.map(({ score }) => score.accuracy);
    expect(majority).toBeCloseTo(1 / 3, 2);
    // Start cells that lean far towards a fate are hard by construction.
    expect(neighbours).toBeGreaterThan(0.85);
    expect(logistic).toBeGreaterThan(0.85);
    expect(await classifierBaselines({ dataset: cells, ...split })).toEqual(results);
  });

  test('test labels have no influence on predictions', async () => {
    const shuffled = split.labels.slice();
    for (const cell of split.test) shuffled[cell] = (shuffled[cell] + 1) % 3;
    const a = await classifierBaselines({ dataset: cells, ...split });
    const b = await classifierBaselines({ dataset: cells, ...split, labels: shuffled });
    expect(b.map(({ predicted }) => predicted)).toEqual(a.map(({ predicted }) => predicted));
  });
});

describe('nearestNeighbourClasses', () => {
  const train = Float32Array.of(0, 1, 2, 10, 11);
  const labels = Int32Array.of(0, 1, 1, 2, 2);

  test('votes among the nearest; equal votes go to the nearest of the tied classes', () => {
    const query = Float32Array.of(0.4, 1.6, 10.4);
    expect([...nearestNeighbourClasses(train, labels, query, 1, { k: 3, nClasses: 3 })]).toEqual([1, 1, 2]);
    expect([...nearestNeighbourClasses(train, labels, query, 1, { k: 2, nClasses: 3 })]).toEqual([0, 1, 2]);
  });

  test('a cell can be left out of its own neighbours, and k above the number of cells uses all', () => {
    const own = Int32Array.of(0, 1, 2, 3, 4);
    expect([...nearestNeighbourClasses(train, labels, train, 1, { k: 1, nClasses: 3, exclude: own })]).toEqual([
      1, 0, 1, 2, 2,
    ]);
    // All five vote: two each for classes 1 and 2, of which 1 lies nearer; the nearest cell alone would say 0.
    expect([...nearestNeighbourClasses(train, labels, Float32Array.of(0.1), 1, { k: 99, nClasses: 3 })]).toEqual([1]);
  });
});
