import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { combineChanges, type Change } from '#singlecell/perturb/combine.ts';
import { compareRank, type CellTokens, type PerturbedCell } from '#singlecell/perturb/operators.ts';

const cell: CellTokens = { tokenIds: Int32Array.of(7, 3, 9, 5), values: Float32Array.of(4, 2, 2, 1) };
const plain = (perturbed: PerturbedCell | 'unchanged' | null) =>
  perturbed === null || perturbed === 'unchanged'
    ? perturbed
    : {
        tokenIds: [...perturbed.tokenIds],
        values: [...perturbed.values],
        ...(perturbed.hiddenPositions ? { hidden: [...perturbed.hiddenPositions] } : {}),
      };
const raise = (tokenId: number, value: number): Change => ({ kind: 'raise', tokenId, value });
const mask = (tokenId: number): Change => ({ kind: 'mask', tokenId });
const remove = (tokenId: number): Change => ({ kind: 'remove', tokenId });
const lower = (tokenId: number, level: number): Change => ({ kind: 'lower', tokenId, level });

describe('raised together', () => {
  it('inserts absent genes by value, ties by token id', () => {
    expect(plain(combineChanges(cell, [raise(8, 2), raise(4, 2)], 8))).toEqual({
      tokenIds: [7, 3, 4, 8, 9, 5],
      values: [4, 2, 2, 2, 2, 1],
    });
  });

  it('raises by the depth of the cell, also beside a gene that is removed', () => {
    const deep = { ...cell, depth: 7 };
    // log2(1 + 7 · (2^1 − 1)) = 3
    const raised = { tokenIds: [7, 8, 3, 9, 5], values: [4, 3, 2, 2, 1] };
    expect(plain(combineChanges(deep, [raise(8, 1)], 8))).toEqual(raised);
    expect(plain(combineChanges(deep, [raise(8, 1), remove(5)], 8))).toEqual({
      tokenIds: raised.tokenIds.slice(0, 4),
      values: raised.values.slice(0, 4),
    });
  });

  it('pushes the lowest genes out of a full context', () => {
    expect(plain(combineChanges(cell, [raise(8, 3), raise(4, 5)], 4))).toEqual({
      tokenIds: [4, 7, 8, 3],
      values: [5, 4, 3, 2],
    });
  });

  it('raises what is below its dose and leaves what is above', () => {
    expect(plain(combineChanges(cell, [raise(7, 3), raise(5, 3)], 4))).toEqual({
      tokenIds: [7, 5, 3, 9],
      values: [4, 3, 2, 2],
    });
    expect(combineChanges(cell, [raise(7, 3), raise(3, 1)], 4)).toBe('unchanged');
  });

  it('leaves the cell where both rank below a full context', () => {
    expect(combineChanges(cell, [raise(8, 0.5), raise(4, 0.5)], 4)).toBe('unchanged');
  });
});

describe('silenced together', () => {
  it('hides both and holds every rank', () => {
    expect(plain(combineChanges(cell, [mask(5), mask(3)], 4))).toEqual({
      tokenIds: [7, 3, 9, 5],
      values: [4, 2, 2, 1],
      hidden: [1, 3],
    });
  });

  it('has no meaning where one of them is absent', () => {
    expect(combineChanges(cell, [mask(5), mask(8)], 4)).toBeNull();
    expect(combineChanges(cell, [remove(8), raise(4, 1)], 4)).toBeNull();
    expect(combineChanges(cell, [lower(8, 0.5), lower(5, 0.5)], 4)).toBeNull();
  });

  it('has no meaning where no gene would be left to read', () => {
    const two: CellTokens = { tokenIds: Int32Array.of(7, 3), values: Float32Array.of(2, 1) };
    expect(combineChanges(two, [mask(7), mask(3)], 4)).toBeNull();
    expect(combineChanges(two, [remove(7), mask(3)], 4)).toBeNull();
    expect(plain(combineChanges(two, [remove(7)], 4))).toEqual({ tokenIds: [3], values: [1] });
  });

  it('lowers each to its own share and ranks the cell anew', () => {
    expect(plain(combineChanges(cell, [lower(7, 0.25), lower(3, 0.5)], 4))).toEqual({
      tokenIds: [9, 3, 5, 7],
      values: [2, 1, 1, 1],
    });
  });
});

describe('one raised, one silenced', () => {
  it('hides the silenced gene where it stands after the insertion', () => {
    expect(plain(combineChanges(cell, [raise(8, 3), mask(3)], 8))).toEqual({
      tokenIds: [7, 8, 3, 9, 5],
      values: [4, 3, 2, 2, 1],
      hidden: [2],
    });
  });

  it('hides nothing where the insertion has pushed the silenced gene out', () => {
    expect(plain(combineChanges(cell, [raise(8, 3), mask(5)], 4))).toEqual({
      tokenIds: [7, 8, 3, 9],
      values: [4, 3, 2, 2],
    });
  });

  it('makes room before it inserts', () => {
    expect(plain(combineChanges(cell, [raise(8, 3), remove(3)], 4))).toEqual({
      tokenIds: [7, 8, 9, 5],
      values: [4, 3, 2, 1],
    });
    expect(plain(combineChanges(cell, [raise(8, 3), lower(7, 0.125)], 4))).toEqual({
      tokenIds: [8, 3, 9, 5],
      values: [3, 2, 2, 1],
    });
  });

  it('still silences where raising changes nothing', () => {
    expect(combineChanges(cell, [raise(7, 1), mask(3)], 4)).toMatchObject({ hiddenPositions: [1] });
  });
});

describe('special tokens', () => {
  it.each([raise(0, 1), mask(1), remove(1), lower(0, 0.5)])('refuses %o', (change) => {
    const odd: CellTokens = { tokenIds: Int32Array.of(0, 1, 7), values: Float32Array.of(3, 2, 1) };
    expect(() => combineChanges(odd, [change, raise(7, 2)], 4)).toThrow(/special tokens/);
  });
});

describe('any combination', () => {
  const change = fc.oneof(
    fc.record({
      kind: fc.constant('raise' as const),
      tokenId: fc.integer({ min: 2, max: 12 }),
      value: fc.constantFrom(0.5, 1, 2, 3, 9),
    }),
    fc.record({
      kind: fc.constant('lower' as const),
      tokenId: fc.integer({ min: 2, max: 12 }),
      level: fc.constantFrom(0, 0.1, 0.5),
    }),
    fc.record({ kind: fc.constant('remove' as const), tokenId: fc.integer({ min: 2, max: 12 }) }),
    fc.record({ kind: fc.constant('mask' as const), tokenId: fc.integer({ min: 2, max: 12 }) }),
  );
  const changes = fc.uniqueArray(change, { selector: ({ tokenId }) => tokenId, minLength: 1, maxLength: 4 });
  const cells = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 2, max: 12 }), fc.constantFrom(0.5, 1, 2, 3)), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 6,
    })
    .map((genes): CellTokens => {
      const sorted = [...genes].sort((a, b) => compareRank(a[0], a[1], b[0], b[1]));
      return {
        tokenIds: Int32Array.from(sorted, ([id]) => id),
        values: Float32Array.from(sorted, ([, value]) => value),
      };
    });

  it('keeps rank order, length and the cell it was given, whatever the order of the changes', () => {
    fc.assert(
      fc.property(cells, changes, fc.integer({ min: 6, max: 8 }), (given, wanted, maxLength) => {
        const before = plain({ ...given });
        const made = combineChanges(given, wanted, maxLength);
        expect(plain({ ...given })).toEqual(before);
        expect(plain(combineChanges(given, [...wanted].reverse(), maxLength))).toEqual(plain(made));
        if (made === null || made === 'unchanged') return;
        expect(made.tokenIds.length).toBeLessThanOrEqual(maxLength);
        expect(new Set(made.tokenIds).size).toBe(made.tokenIds.length);
        for (let i = 1; i < made.tokenIds.length; i++)
          expect(compareRank(made.tokenIds[i - 1], made.values[i - 1], made.tokenIds[i], made.values[i])).toBeLessThan(
            0,
          );
      }),
    );
  });
});
