import { describe, expect, test } from 'vitest';
import { agreementOf } from '#shared/util/agreement.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { batchesOf } from '#singlecell/classical/batches.ts';
import { kMeans } from '#singlecell/classical/k-means.ts';
import { batchMixing, labelPurity } from '#singlecell/classical/mixing.ts';
import { NeighbourSearch } from '#singlecell/classical/neighbour-search.ts';

const random = new CounterRandom(5, 'points');
const WIDTH = 4;
const points = Float32Array.from(
  { length: 2000 * WIDTH },
  (_, i) => random.normal(i) + 4 * (Math.floor(i / WIDTH) % 7),
);

describe('k-means', () => {
  test('finds groups that lie apart and gives every point its nearest centre', () => {
    const { centres, nearest } = kMeans(points, WIDTH, 7, 1);
    const ofGroup = Array.from({ length: 7 }, (_, group) => new Set(nearest.filter((_, i) => i % 7 === group)));
    expect(ofGroup.filter(({ size }) => size <= 2).length).toBeGreaterThanOrEqual(5);
    const distance = (point: number, centre: number) =>
      Math.hypot(...Array.from({ length: WIDTH }, (_, d) => points[point * WIDTH + d] - centres[centre * WIDTH + d]));
    for (let point = 0; point < 50; point++) {
      const own = distance(point, nearest[point]);
      for (let centre = 0; centre < 7; centre++) expect(own).toBeLessThanOrEqual(distance(point, centre) + 1e-6);
    }
  });
});

describe('neighbour search', () => {
  test('finds nearly all true neighbours, nearest first', () => {
    const search = new NeighbourSearch(points, WIDTH, 2);
    let found = 0;
    for (let q = 0; q < 40; q++) {
      const query = points.slice(q * 37 * WIDTH, (q * 37 + 1) * WIDTH).map((value) => value + 0.1);
      const distances = Array.from({ length: 2000 }, (_, i) =>
        query.reduce((sum, value, d) => sum + (points[i * WIDTH + d] - value) ** 2, 0),
      );
      const truth = Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b]);
      const near = search.nearest(query, 5);
      expect(near.map((i) => distances[i])).toEqual(near.map((i) => distances[i]).toSorted((a, b) => a - b));
      found += near.filter((i) => truth.slice(0, 5).includes(i)).length;
    }
    expect(found / 200).toBeGreaterThan(0.95);
  });
});

describe('mixing of batches', () => {
  // Four cells in a row, two neighbours each.
  const table = { runs: Int32Array.of(2, 2, 2, 2), indices: Int32Array.of(1, 2, 0, 2, 1, 3, 2, 1) };

  test('by hand: apart is 0, and neighbours in the other batch count against what chance gives', () => {
    // Batches a a b b: four of eight neighbours are of the other batch, where chance gives two of three.
    expect(batchMixing(table, Int32Array.of(0, 0, 1, 1))).toBeCloseTo(4 / 8 / (2 / 3), 12);
    const apart = { runs: Int32Array.of(1, 1, 1, 1), indices: Int32Array.of(1, 0, 3, 2) };
    expect(batchMixing(apart, Int32Array.of(0, 0, 1, 1))).toBe(0);
  });

  test('labels: share of neighbours alike, unlabelled cells aside', () => {
    expect(labelPurity(table, Int32Array.of(0, 0, 0, 1))).toBeCloseTo((1 + 1 + 0.5 + 0) / 4, 12);
    expect(labelPurity(table, Int32Array.of(0, 0, -1, -1))).toBeCloseTo((0.5 + 0.5) / 2, 12);
    expect(labelPurity(table, new Int32Array(4).fill(-1))).toBeNull();
  });

  test('batches lose the gaps in their numbers; one alone, or hundreds, are refused', () => {
    const codes = Int32Array.of(7, 7, 3, -1, 3, 9);
    expect(batchesOf(codes, Int32Array.of(0, 1, 2, 3, 4))).toMatchObject({
      codes: Int32Array.of(2, 2, 1, 0, 1),
      nBatches: 3,
      warnings: [expect.stringContaining('Cells without a batch: 1;'), expect.stringContaining('fewer than 50 cells')],
    });
    expect(() => batchesOf(codes, Int32Array.of(0, 1))).toThrow('all cells have the same batch');
    expect(() =>
      batchesOf(
        Int32Array.from({ length: 501 }, (_, i) => i),
        Int32Array.from({ length: 501 }, (_, i) => i),
      ),
    ).toThrow('501 batches');
  });
});

describe('agreement of groups', () => {
  test('counts cells by both and gives the adjusted Rand index of Hubert and Arabie', () => {
    const own = { names: ['a', 'b'], codes: [0, 0, 0, 1, 1, 1, -1] };
    const reference = { names: ['x', 'y', 'z'], codes: [0, 0, 1, 1, 2, 2, 0] };
    // scikit-learn adjusted_rand_score([0,0,0,1,1,1], [0,0,1,1,2,2]) = 0.242424…
    const table = agreementOf(own, reference);
    expect(table.counts).toEqual([
      [2, 1, 0],
      [0, 1, 2],
    ]);
    expect(table.adjustedRandIndex).toBeCloseTo(0.24242424, 7);
    expect(agreementOf(own, own).adjustedRandIndex).toBe(1);
  });
});
