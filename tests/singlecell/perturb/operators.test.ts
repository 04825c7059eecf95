import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import {
  compareRank,
  knockDownGenes,
  maskGenes,
  moveToRank,
  overExpressGenes,
  removeGenes,
  type CellTokens,
  type PerturbedCell,
} from '#singlecell/perturb/operators.ts';

const cell: CellTokens = {
  tokenIds: Int32Array.of(7, 3, 9, 5),
  values: Float32Array.of(4, 2, 2, 1),
};
const plain = (perturbed: PerturbedCell | null) =>
  perturbed && { tokenIds: [...perturbed.tokenIds], values: [...perturbed.values] };

describe('mask', () => {
  it('hides the gene and holds every rank', () => {
    const masked = maskGenes(cell, [9]);
    expect(plain(masked)).toEqual({ tokenIds: [7, 3, 9, 5], values: [4, 2, 2, 1] });
    expect(masked?.hiddenPositions).toEqual([2]);
  });

  it('hides several genes at once, by position', () => {
    expect(maskGenes(cell, [5, 7, 5])?.hiddenPositions).toEqual([0, 3]);
  });

  it('has no meaning for an absent gene', () => {
    expect(maskGenes(cell, [8])).toBeNull();
  });
});

describe('remove', () => {
  it('drops the gene and moves later genes up', () => {
    expect(plain(removeGenes(cell, [3]))).toEqual({ tokenIds: [7, 9, 5], values: [4, 2, 1] });
  });

  it('drops several genes at once; absent ones do not matter', () => {
    expect(plain(removeGenes(cell, [5, 7, 8]))).toEqual({ tokenIds: [3, 9], values: [2, 2] });
  });

  it('has no meaning for an absent gene', () => {
    expect(removeGenes(cell, [8])).toBeNull();
  });
});

describe('over-express', () => {
  const raise = (tokenId: number, value: number, maxLength = 16) =>
    plain(overExpressGenes(cell, [{ tokenId, value }], maxLength));

  it('moves a gene up to the rank of its dose', () => {
    expect(raise(5, 3)).toEqual({ tokenIds: [7, 5, 3, 9], values: [4, 3, 2, 2] });
  });

  it('inserts an absent gene at its rank', () => {
    expect(raise(6, 1.5)).toEqual({ tokenIds: [7, 3, 9, 6, 5], values: [4, 2, 2, 1.5, 1] });
    expect(raise(6, 0.5)).toEqual({ tokenIds: [7, 3, 9, 5, 6], values: [4, 2, 2, 1, 0.5] });
    expect(raise(6, 9)).toEqual({ tokenIds: [6, 7, 3, 9, 5], values: [9, 4, 2, 2, 1] });
  });

  it('breaks ties by ascending token id', () => {
    expect(raise(2, 2)?.tokenIds).toEqual([7, 2, 3, 9, 5]);
    expect(raise(6, 2)?.tokenIds).toEqual([7, 3, 6, 9, 5]);
    expect(raise(10, 2)?.tokenIds).toEqual([7, 3, 9, 10, 5]);
  });

  it('leaves a gene alone that has the dose or more', () => {
    expect(raise(7, 4)).toBeNull();
    expect(raise(7, 3.9)).toBeNull();
  });

  it('cuts a full context at its lowest gene', () => {
    expect(raise(6, 1.5, 4)).toEqual({ tokenIds: [7, 3, 9, 6], values: [4, 2, 2, 1.5] });
  });

  it('does nothing where the dose ranks below a full context', () => {
    expect(raise(6, 0.5, 4)).toBeNull();
  });

  it('raises several genes at once, those that need it', () => {
    const doses = [
      { tokenId: 5, value: 3 },
      { tokenId: 6, value: 5 },
      { tokenId: 7, value: 1 },
    ];
    expect(plain(overExpressGenes(cell, doses, 5))).toEqual({ tokenIds: [6, 7, 5, 3, 9], values: [5, 4, 3, 2, 2] });
  });

  it('refuses a dose that no cell can have', () => {
    for (const value of [0, -1, NaN, Infinity]) expect(() => raise(5, value)).toThrow(WorkbenchError);
  });
});

describe('knock-down', () => {
  it('lowers the gene and moves it down; a tie is broken by ascending token id', () => {
    expect(plain(knockDownGenes(cell, [7], 0.5))).toEqual({ tokenIds: [3, 7, 9, 5], values: [2, 2, 2, 1] });
    expect(plain(knockDownGenes(cell, [7], 0.25))).toEqual({ tokenIds: [3, 9, 5, 7], values: [2, 2, 1, 1] });
  });

  it('to nothing leaves the gene last with a value of 0', () => {
    expect(plain(knockDownGenes(cell, [3], 0))).toEqual({ tokenIds: [7, 9, 5, 3], values: [4, 2, 1, 0] });
  });

  it('lowers several genes at once; absent ones do not matter', () => {
    expect(plain(knockDownGenes(cell, [7, 3, 11], 0.5))).toEqual({ tokenIds: [7, 9, 3, 5], values: [2, 2, 1, 1] });
  });

  it('has no meaning for an absent gene, nor at a level of 1', () => {
    expect(knockDownGenes(cell, [11], 0.5)).toBeNull();
    expect(() => knockDownGenes(cell, [7], 1)).toThrow(WorkbenchError);
  });
});

describe('to a rank', () => {
  it('first of all, with the value of the gene that was first', () => {
    expect(plain(moveToRank(cell, 9, 0, 16))).toEqual({ tokenIds: [9, 7, 3, 5], values: [4, 4, 2, 1] });
  });

  it('in the middle and last', () => {
    expect(plain(moveToRank(cell, 7, 2 / 3, 16))).toEqual({ tokenIds: [3, 9, 7, 5], values: [2, 2, 1, 1] });
    expect(plain(moveToRank(cell, 7, 1, 16))).toEqual({ tokenIds: [3, 9, 5, 7], values: [2, 2, 1, 1] });
  });

  it('inserts an absent gene; a full context loses its last gene', () => {
    expect(plain(moveToRank(cell, 11, 0, 16))).toEqual({ tokenIds: [11, 7, 3, 9, 5], values: [4, 4, 2, 2, 1] });
    expect(plain(moveToRank(cell, 11, 0, 4))).toEqual({ tokenIds: [11, 7, 3, 9], values: [4, 4, 2, 2] });
  });

  it('leaves a gene alone that is there already', () => {
    const tied: CellTokens = { tokenIds: Int32Array.of(3, 9), values: Float32Array.of(2, 2) };
    expect(moveToRank(tied, 3, 0, 16)).toBeNull();
  });
});

describe('every operator', () => {
  it.each([0, 1, -1, 2.5])('refuses special token %d', (token) => {
    expect(() => maskGenes(cell, [token])).toThrow(/special tokens are never perturbed/);
    expect(() => knockDownGenes(cell, [token], 0.5)).toThrow(/special tokens are never perturbed/);
    expect(() => moveToRank(cell, token, 0, 16)).toThrow(/special tokens are never perturbed/);
    expect(() => removeGenes(cell, [token])).toThrow(/special tokens are never perturbed/);
    expect(() => overExpressGenes(cell, [{ tokenId: token, value: 1 }], 16)).toThrow(/special tokens/);
  });

  const cells = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 6 })), {
      maxLength: 20,
      selector: ([id]) => id,
    })
    .map((genes) => genes.sort((a, b) => compareRank(a[0], a[1], b[0], b[1])))
    .map((genes) => ({
      tokenIds: Int32Array.from(genes, ([id]) => id),
      values: Float32Array.from(genes, ([, value]) => value),
    }));

  it('leaves a cell that is still ranked, without repeats, within the context, input untouched', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 7 }), (random, gene, value) => {
        const before = plain(random);
        const maxLength = Math.max(1, random.tokenIds.length);
        const perturbed = [
          removeGenes(random, [gene]),
          overExpressGenes(random, [{ tokenId: gene, value }], maxLength),
          overExpressGenes(random, [{ tokenId: gene, value }], 64),
          knockDownGenes(random, [gene], value / 8),
        ];
        for (const result of perturbed) {
          if (!result) continue;
          expect(new Set(result.tokenIds).size).toBe(result.tokenIds.length);
          for (let i = 1; i < result.tokenIds.length; i++)
            expect(
              compareRank(result.tokenIds[i - 1], result.values[i - 1], result.tokenIds[i], result.values[i]),
            ).toBeLessThan(0);
        }
        expect(perturbed[1]?.tokenIds.length ?? 0).toBeLessThanOrEqual(maxLength);
        expect(plain(random)).toEqual(before);
      }),
    );
  });
});
