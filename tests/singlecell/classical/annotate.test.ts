import { describe, expect, test } from 'vitest';
import { annotateCells } from '#singlecell/classical/annotate.ts';
import { labelSummaries } from '#singlecell/classical/label-summaries.ts';
import { referenceRecall } from '#singlecell/classical/reference-recall.ts';
import { sharedGenes } from '#singlecell/classical/shared-genes.ts';
import { makeCells } from '#tests/support/make-cells.ts';
import { sharedCells, sharedCellsPath } from '#tests/support/shared-cells.ts';

const [pbmc3k, sorted] = [sharedCellsPath('pbmc3k_human'), sharedCellsPath('pbmc_sorted_ref_human')];
const isAbsent = !pbmc3k || !sorted;
const everyCell = (n: number) => Int32Array.from({ length: n }, (_, cell) => cell);

/** What a type of pbmc3k may be called by the sorted populations. */
const RIGHT: Record<string, string[]> = {
  B: ['bcells'],
  NK: ['nk'],
  'CD14+ Mono': ['monocytes'],
  'FCGR3A+ Mono': ['monocytes'],
  DC: ['monocytes'],
  'CD8 T': ['cytotoxict', 'naivecytotoxic'],
  'Memory CD4 T': ['memoryt', 'regulatoryt', 'thelper', 'naivet'],
  'Naive CD4 T': ['memoryt', 'regulatoryt', 'thelper', 'naivet'],
};

describe.skipIf(isAbsent)(
  `SingleR on blood cells${isAbsent ? ' (skipped: ../shared/data is absent)' : ''}`,
  { timeout: 120_000 },
  () => {
    test('pbmc3k gets the lineage of sorted cells right', async () => {
      const [cells, reference] = [await sharedCells(pbmc3k!, ['cell_type']), await sharedCells(sorted!, ['cell_type'])];
      const [own, known] = [cells.obs[0], reference.obs[0]];
      if (own.kind !== 'categorical' || known.kind !== 'categorical') throw new Error('no types');
      const found = await annotateCells({
        counts: cells.counts,
        cells: everyCell(cells.counts.nCells),
        shared: sharedGenes(cells.genes, reference.genes, null),
        reference: { counts: reference.counts, labels: known.codes, nLabels: 9, markersPerPair: 20 },
        uncertainBelow: 3,
      });
      const ofType = (type: string) =>
        Array.from(own.codes.keys()).filter((cell) => own.categories[own.codes[cell]] === type);
      const isRight = (type: string, cell: number) => RIGHT[type].includes(known.categories[found.labels[cell]]);
      const lineages: Record<string, string[]> = { B: ['B'], NK: ['NK'], Mono: ['CD14+ Mono', 'FCGR3A+ Mono', 'DC'] };
      for (const [lineage, types] of Object.entries(lineages)) {
        const all = types.flatMap((type) => ofType(type).map((cell) => isRight(type, cell)));
        expect(all.filter(Boolean).length / all.length, lineage).toBeGreaterThan(0.94);
      }
      const tCells = ['CD8 T', 'Memory CD4 T', 'Naive CD4 T'].flatMap(ofType);
      const asT = tCells.filter(
        (cell) => !['bcells', 'nk', 'monocytes'].includes(known.categories[found.labels[cell]]),
      );
      expect(asT.length / tCells.length).toBeGreaterThan(0.98);
      expect(found.scores.every((score) => score > 0 && score <= 1)).toBe(true);
      const uncertain = found.isUncertain.reduce((sum, one) => sum + one, 0);
      expect(uncertain).toBeGreaterThan(0);
      expect(uncertain).toBeLessThan(200);
    });
  },
);

describe('annotateCells', () => {
  const made = (seed: number) => makeCells({ nCells: 240, nGenes: 160, states: ['stem', 'myeloid', 'lymphoid'], seed });
  const reference = made(8);
  const [known] = reference.obs;
  if (known.kind !== 'categorical') throw new Error('no states');
  const input = {
    counts: reference.counts,
    cells: everyCell(240),
    shared: sharedGenes(reference.genes, reference.genes, null),
    reference: { counts: reference.counts, labels: known.codes, nLabels: 3, markersPerPair: 20 },
    uncertainBelow: 3,
  };

  test('gives cells of the reference their own label, and the same twice', async () => {
    const found = await annotateCells(input);
    const right = found.labels.filter((label, cell) => label === known.codes[cell]).length;
    expect(right / 240).toBeGreaterThan(0.85);
    expect(await annotateCells(input)).toEqual(found);
    const summaries = labelSummaries({ names: known.categories, codes: known.codes }, found, [1, 0.5, 0]);
    expect(summaries.map(({ nCells }) => nCells).reduce((sum, n) => sum + n, 0)).toBe(240);
    expect(summaries[1].referenceRecall).toBe(0.5);
    expect(summaries[0].medianScore).toBeGreaterThan(0);
  });

  test('says how well the reference tells its own labels apart', async () => {
    const recall = await referenceRecall(input);
    expect(recall).toHaveLength(3);
    expect(Math.min(...recall)).toBeGreaterThan(0.6);
    // Two labels that are one in truth come back half of the time.
    const split = known.codes.map((code, cell) => (code === 1 && cell % 2 === 0 ? 3 : code));
    const confused = await referenceRecall({ ...input, reference: { ...input.reference, labels: split, nLabels: 4 } });
    expect(confused[1] + confused[3]).toBeLessThan(1.5);
  });

  test('labels only the cells asked for', async () => {
    const some = await annotateCells({ ...input, cells: Int32Array.of(3, 7, 100) });
    const all = await annotateCells(input);
    expect(Array.from(some.labels)).toEqual([3, 7, 100].map((cell) => all.labels[cell]));
    expect(some.scores[2]).toBe(all.scores[100]);
  });

  test('joins genes by orthologs, in whatever order', () => {
    const gene = (id: string) => ({ id, symbol: id });
    const toHuman = (id: string) => ({ m1: 'h1', m3: 'h3' })[id];
    expect(sharedGenes(['h3', 'h2', 'h1'].map(gene), ['m1', 'm2', 'm3'].map(gene), toHuman)).toEqual([
      { gene: 2, referenceGene: 0 },
      { gene: 0, referenceGene: 2 },
    ]);
  });

  test('refuses one label and too few genes', async () => {
    const one = { ...input, reference: { ...input.reference, labels: new Int32Array(240), nLabels: 1 } };
    await expect(annotateCells(one)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(annotateCells({ ...input, shared: input.shared.slice(0, 99) })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('99 genes'),
    });
  });
});
