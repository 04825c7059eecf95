import { describe, expect, test } from 'vitest';
import { groupNotes } from '#singlecell/classical/group-notes.ts';
import { largeGroups } from '#singlecell/classical/large-groups.ts';
import { findMarkers, type MarkerInput } from '#singlecell/classical/markers.ts';
import { geneCounts } from '#tests/support/gene-counts.ts';
import { makeCells } from '#tests/support/make-cells.ts';
import { sharedCells, sharedCellsPath } from '#tests/support/shared-cells.ts';

const pbmc3k = sharedCellsPath('pbmc3k_human');

/** By `tests/reference/pbmc3k_classical.py` (numpy, scipy): AUC mean and least, Cohen's d, log fold change, mean, detected in and out. */
const GOLDEN: [group: string, symbol: string, ...numbers: number[]][] = [
  ['B', 'CD79A', 0.957183, 0.901397, 3.091182, 2.238672, 2.317198, 0.936047, 0.065715],
  ['B', 'MS4A1', 0.910233, 0.845414, 2.265257, 1.55526, 1.637829, 0.854651, 0.063783],
  ['NK', 'GNLY', 0.971113, 0.927199, 3.785184, 4.037406, 4.249054, 0.96129, 0.148598],
  ['CD14+ Mono', 'S100A9', 0.975385, 0.923555, 3.66591, 3.987923, 4.548671, 0.995833, 0.316277],
  ['Platelet', 'PF4', 0.999872, 0.998848, 7.867738, 5.046041, 5.069928, 1, 0.019819],
  ['CD8 T', 'CD3D', 0.835651, 0.578385, 1.937242, 1.329253, 1.851471, 0.900369, 0.309232],
];
const B_TOP = 'CD79A CD79B CD74 MS4A1 CD37 HLA-DRA RPL18A HLA-DQA1 HLA-DPB1 HLA-DQB1';

describe.skipIf(!pbmc3k)(
  `markers of pbmc3k${pbmc3k ? '' : ' (skipped: ../shared/data is absent)'}`,
  { timeout: 120_000 },
  () => {
    test('are those of an outside program, in its order', async () => {
      const cells = await sharedCells(pbmc3k!, ['cell_type']);
      const [types] = cells.obs;
      if (types.kind !== 'categorical') throw new Error('no types');
      const input = { genes: cells.genes, ...geneCounts(cells.counts), groups: types.codes, nGroups: 10, blocks: null };
      const steps: number[] = [];
      const lists = await findMarkers(input, { order: 'auc', top: 200 }, (done) => void steps.push(done));
      expect(steps.at(-1)).toBe(cells.genes.length);
      for (const [group, symbol, ...numbers] of GOLDEN) {
        const gene = lists[types.categories.indexOf(group)].find((one) => one.symbol === symbol)!;
        const { auc, minAuc, cohensD, logFoldChange, meanIn, detectedIn, detectedOut } = gene;
        [auc, minAuc, cohensD, logFoldChange, meanIn, detectedIn, detectedOut].forEach((value, i) =>
          expect(value, `${symbol} ${i}`).toBeCloseTo(numbers[i], 5),
        );
      }
      const b = lists[types.categories.indexOf('B')];
      expect(b.slice(0, 10).map(({ symbol }) => symbol)).toEqual(B_TOP.split(' '));
      expect(b.map(({ rank }) => rank)).toEqual(b.map((_, i) => i + 1));
    });
  },
);

describe('markers', () => {
  const cells = makeCells({ nCells: 300, nGenes: 120, nDonors: 3, states: ['stem', 'blood'], seed: 4 });
  const [states, donors] = cells.obs.map((column) => (column.kind === 'categorical' ? column.codes : new Int32Array()));
  const input: MarkerInput = {
    genes: cells.genes,
    ...geneCounts(cells.counts),
    groups: states,
    nGroups: 2,
    blocks: null,
  };

  test('finds the planted programme, with donors as blocks too', async () => {
    const planted = new Set(
      [...cells.truth.targets.blood, ...cells.truth.regulators.blood].map((i) => cells.genes[i].id),
    );
    for (const blocks of [null, donors]) {
      const [, blood] = await findMarkers({ ...input, blocks }, { order: 'cohens-d', top: 15 });
      expect(blood.filter(({ geneId }) => planted.has(geneId)).length).toBeGreaterThanOrEqual(13);
      expect(blood.map(({ cohensD }) => cohensD)).toEqual(
        blood.map(({ cohensD }) => cohensD).toSorted((a, b) => b - a),
      );
    }
  });

  test('leaves out cells without a group, and gives nothing where donor and group are one', async () => {
    const some = states.map((state, cell) => (cell % 3 === 0 ? -1 : state));
    const [stem] = await findMarkers({ ...input, groups: some }, { order: 'auc', top: 5 });
    expect(stem.length).toBe(5);
    const [confounded] = await findMarkers({ ...input, blocks: states }, { order: 'auc', top: 5 });
    expect(confounded).toEqual([]);
  });

  test('refuses one group, and more than two hundred', async () => {
    await expect(findMarkers({ ...input, nGroups: 1 }, { order: 'auc', top: 5 })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(findMarkers({ ...input, nGroups: 201 }, { order: 'auc', top: 5 })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});

describe('groups', () => {
  test('small ones are left out and the others numbered without gaps', () => {
    const codes = Int32Array.of(0, 0, 1, 2, 2, -1, 2);
    const keep = Uint8Array.of(1, 1, 1, 1, 1, 1, 0);
    expect(largeGroups({ names: ['a', 'b', 'c', 'd'], codes }, keep, 2)).toEqual({
      codes: Int32Array.of(0, 0, -1, 1, 1, -1, -1),
      names: ['a', 'c'],
      leftOut: [{ name: 'b', nCells: 1 }],
    });
  });

  test('of one donor, mostly of one donor, or apart from the others carry a caution', () => {
    const codes = Int32Array.from({ length: 90 }, (_, cell) => Math.floor(cell / 30));
    const donors = codes.map((group, cell) => (group === 0 ? 0 : group === 1 ? (cell % 10 === 0 ? 0 : 1) : cell % 3));
    const [one, most, many] = groupNotes({ names: ['x', 'y', 'z'], codes, donors, blocks: null, nMarkers: [5, 5, 0] });
    expect(one).toMatchObject({ nDonors: 1, largestDonorShare: 1, cautions: [expect.stringContaining('one donor')] });
    expect(most).toMatchObject({ nDonors: 2, cautions: [expect.stringContaining('90 %')] });
    expect(many).toMatchObject({ nDonors: 3, cautions: ['No gene is higher here than in the other groups.'] });
    const apart = groupNotes({ names: ['x', 'y', 'z'], codes, donors: null, blocks: codes, nMarkers: [0, 0, 0] });
    expect(apart[0]).toMatchObject({ nDonors: null, largestDonorShare: null });
    expect(apart[0].cautions[0]).toContain('nothing could be compared');
  });
});
