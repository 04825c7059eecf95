import fc from '#tests/support/properties.ts';
import { describe, expect, test } from 'vitest';
import { splitCells, type SplitInput } from '#singlecell/split.ts';

const range = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const input = (changes: Partial<SplitInput> & Pick<SplitInput, 'labels' | 'classNames'>): SplitInput => ({
  cells: range(changes.labels.length),
  testFraction: 0.2,
  validationFraction: 0.1,
  seed: 0,
  ...changes,
});
const repeat = (...runs: [value: number, times: number][]) =>
  Int32Array.from(runs.flatMap(([value, times]) => new Array<number>(times).fill(value)));

describe('stratified split', () => {
  const labels = repeat([0, 100], [1, 50], [2, 5]);
  const classNames = ['a', 'b', 'c'];

  test('takes the asked share of each class, at least one', () => {
    const split = splitCells(input({ labels, classNames }));
    const count = (cells: Int32Array) => [0, 1, 2].map((label) => cells.filter((c) => labels[c] === label).length);
    expect(split.kind).toBe('stratified');
    expect(count(split.test)).toEqual([20, 10, 1]);
    expect(count(split.validation)).toEqual([8, 4, 1]);
    expect(count(split.train)).toEqual([72, 36, 3]);
    expect(splitCells(input({ labels, classNames }))).toEqual(split);
    expect(splitCells(input({ labels, classNames, seed: 1 })).test).not.toEqual(split.test);
  });

  test('classes of fewer than five cells and unlabelled cells take no part, with a warning', () => {
    const few = repeat([0, 10], [1, 4], [2, 10], [-1, 3]);
    const split = splitCells(input({ labels: few, classNames, labelColumn: 'cell_type' }));
    expect(split.classes).toEqual(['a', 'c']);
    expect([split.labels[0], split.labels[10], split.labels[14], split.labels[24]]).toEqual([0, -1, 1, -1]);
    expect(split.warnings).toEqual([
      'Left out, fewer than 5 cells: b.',
      '3 cells without a value in cell_type take no part.',
    ]);
    expect(split.train.length + split.validation.length + split.test.length).toBe(20);
  });

  test('one class is refused, naming the column', () => {
    expect(() => splitCells(input({ labels: repeat([0, 50], [1, 2]), classNames, labelColumn: 'leiden' }))).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: expect.stringContaining('leiden: it holds one state only'),
      }),
    );
  });

  test('only eligible cells are used', () => {
    const split = splitCells(input({ labels, classNames, cells: range(120).subarray(60) }));
    expect(Math.min(...split.train, ...split.validation, ...split.test)).toBe(60);
  });
});

describe('held-out donors', () => {
  const classNames = ['a', 'b'];

  test('whole donors are held out, near the asked shares', () => {
    const nDonors = 10;
    const donors = Int32Array.from({ length: 400 }, (_, i) => i % nDonors);
    const labels = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / nDonors) % 2);
    const split = splitCells(input({ labels, classNames, donors }));
    const donorsOf = (cells: Int32Array) => new Set(Array.from(cells, (cell) => donors[cell]));
    expect(split.kind).toBe('held-out-donor');
    expect(donorsOf(split.test).size).toBe(2);
    expect(donorsOf(split.validation).size).toBe(1);
    expect(donorsOf(split.train).size).toBe(7);
    expect(new Set([split.test, split.validation, split.train].flatMap((cells) => [...donorsOf(cells)])).size).toBe(10);
    expect(split.warnings).toEqual([]);
  });

  test('a donor that alone has a state stays in training', () => {
    // Donor 0 alone has state b.
    const donors = repeat([0, 20], [1, 20], [2, 20], [3, 20]);
    const labels = repeat([0, 10], [1, 10], [0, 60]);
    for (let seed = 0; seed < 12; seed++) {
      const split = splitCells(input({ labels, classNames, donors, seed }));
      expect(split.train.some((cell) => donors[cell] === 0)).toBe(true);
      expect(split.warnings).toEqual(['No test donor has: b; they are not tested.']);
    }
  });

  test('two donors: one is the test, validation comes from the other, with a warning', () => {
    const donors = repeat([0, 40], [1, 40]);
    const labels = Int32Array.from({ length: 80 }, (_, i) => i % 2);
    const split = splitCells(input({ labels, classNames, donors }));
    expect(new Set(Array.from(split.test, (cell) => donors[cell])).size).toBe(1);
    expect(split.validation.length).toBe(4);
    expect(split.warnings).toEqual([expect.stringContaining('only two donors')]);
  });

  test('one donor: divided within states, with a warning; cells without a donor take no part', () => {
    const labels = Int32Array.from({ length: 80 }, (_, i) => i % 2);
    const one = splitCells(input({ labels, classNames, donors: new Int32Array(80) }));
    expect(one.kind).toBe('stratified');
    expect(one.warnings).toEqual([expect.stringContaining('Only 1 donor')]);
    const donors = Int32Array.from({ length: 80 }, (_, i) => (i < 8 ? -1 : i % 3));
    const some = splitCells(input({ labels, classNames, donors }));
    expect(some.train.length + some.validation.length + some.test.length).toBe(72);
    expect(some.warnings).toEqual([expect.stringContaining('8 cells without a donor')]);
  });
});

test('parts are disjoint, cover all usable cells, and every class is trained where classes are spread over donors', () => {
  const cell = fc.record({ label: fc.integer({ min: 0, max: 3 }), donor: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 120, maxLength: 200 }), fc.integer({ min: 0, max: 99 }), (cells, seed) => {
      const labels = Int32Array.from(cells, ({ label }) => label);
      const donors = Int32Array.from(cells, ({ donor }) => donor);
      for (const withDonors of [true, false]) {
        const split = splitCells(
          input({ labels, classNames: ['a', 'b', 'c', 'd'], seed, ...(withDonors ? { donors } : {}) }),
        );
        const all = [...split.train, ...split.validation, ...split.test];
        expect(new Set(all).size).toBe(all.length);
        expect(all.length).toBe(split.labels.filter((label) => label >= 0).length);
        const trained = new Set(Array.from(split.train, (c) => split.labels[c]));
        if (!withDonors) expect(trained.size).toBe(split.classes.length);
        expect(split.test.length).toBeGreaterThan(0);
        expect(split.validation.length).toBeGreaterThan(0);
      }
    }),
  );
});
