import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from '#tests/support/properties.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig, type ImportReport } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import type { Dataset } from '#singlecell/types.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { categorical, writeH5ad } from '../support/write-h5ad.ts';
import { writeMtx } from '../support/write-mtx.ts';

const at = tempFolder();
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', '..', 'resources'));
}, 60_000);

const SPI1 = ['ENSG00000066336', 'SPI1'] as const;
const GATA1 = ['ENSG00000102145', 'GATA1'] as const;
const PAX5 = ['ENSG00000196092', 'PAX5'] as const;
const CEBPA = ['ENSG00000245848', 'CEBPA'] as const;

async function importAll(
  input: string[],
  config: Partial<ImportConfig> = {},
): Promise<{ report: ImportReport; dataset: Dataset }> {
  const sink = new MemoryDatasetSink();
  const report = await importDataset(ImportConfig.parse({ input, ...config }), resolver, sink);
  return { report, dataset: sink.dataset() };
}

/** Counts of each cell by symbol. */
function countsOf({ counts, genes, cellIds }: Dataset): Record<string, Record<string, number>> {
  const { indptr, indices, data } = counts.rows(0, cellIds.length);
  return Object.fromEntries(
    cellIds.map((id, cell) => {
      const own: Record<string, number> = {};
      for (let i = indptr[cell]; i < indptr[cell + 1]; i++) own[genes[indices[i]].symbol] = data[i];
      return [id, own];
    }),
  );
}

const column = ({ obs, cellIds }: Dataset, name: string) => {
  const found = obs.find((one) => one.name === name);
  if (!found) return null;
  return cellIds.map((_, cell) =>
    found.kind === 'categorical' ? (found.categories[found.codes[cell]] ?? null) : found.values[cell],
  );
};

describe('merging samples', () => {
  const pair = () => [
    writeMtx(at('pair/A'), {
      cells: ['a1', 'a2'],
      genes: [SPI1, GATA1, PAX5],
      rows: [
        [1, 2, 4],
        [0, 3, 0],
      ],
    }),
    writeMtx(at('pair/B'), { cells: ['b1'], genes: [CEBPA, PAX5, SPI1], rows: [[7, 5, 6]] }),
  ];

  it('keeps the genes that every sample measured, and says what that left out', async () => {
    const { report, dataset } = await importAll(pair());
    expect(dataset.genes.map(({ symbol }) => symbol)).toEqual(['SPI1', 'PAX5']);
    expect(countsOf(dataset)).toEqual({ a1: { SPI1: 1, PAX5: 4 }, a2: {}, b1: { SPI1: 6, PAX5: 5 } });
    expect(column(dataset, 'sample')).toEqual(['A', 'A', 'B']);
    expect(report).toMatchObject({
      nCells: 3,
      nGenes: 2,
      sampleColumn: 'sample',
      geneOverlap: { shared: 2, all: 4, sharedCounts: 16 / 28 },
      countsKept: 16 / 28,
      cellsWithoutCounts: 1,
      genesInFile: 6,
    });
    expect(report.samples).toMatchObject([
      { name: 'A', format: '10x-mtx', nCells: 2, genesInFile: 3, genesMatched: 3, nGenes: 2, countsKept: 5 / 10 },
      { name: 'B', format: '10x-mtx', nCells: 1, genesInFile: 3, genesMatched: 3, nGenes: 2, countsKept: 11 / 18 },
    ]);
    expect(report.warnings.join()).toMatch(
      /2 of 4 genes are measured in every sample and kept; the other 2, with 42\.9 % of the counts, were left out/,
    );
  });

  it('keeps all genes where that is asked for, and says that 0 is not measured', async () => {
    const { report, dataset } = await importAll(pair(), { genes: 'union' });
    expect(dataset.genes.map(({ symbol }) => symbol)).toEqual(['SPI1', 'GATA1', 'PAX5', 'CEBPA']);
    expect(countsOf(dataset).b1).toEqual({ SPI1: 6, PAX5: 5, CEBPA: 7 });
    expect(report).toMatchObject({ countsKept: 1, geneOverlap: { shared: 2, all: 4, sharedCounts: 16 / 28 } });
    expect(report.warnings.join()).toMatch(
      /the other 2, with 42\.9 % of the counts, count 0 in the samples that did not measure them/,
    );
  });

  it('takes names for the samples, and refuses too few and twins', async () => {
    const { dataset } = await importAll(pair(), { sampleNames: ['ctrl', ''] });
    expect(column(dataset, 'sample')).toEqual(['ctrl', 'ctrl', 'B']);
    await expect(importAll(pair(), { sampleNames: ['x'] })).rejects.toThrow(/1 for 2 samples.*they are A, B/);
    await expect(importAll(pair(), { sampleNames: ['x', 'x'] })).rejects.toThrow(/x is given to two samples/);
  });

  it('puts the sample before cell names only where samples share one; the sample may be the donor', async () => {
    const genes = [SPI1, GATA1];
    const input = ['1', '2'].map((name) =>
      writeMtx(at(`shared/${name}`), {
        cells: ['AAAC-1', 'AAAG-1'],
        genes,
        rows: [
          [Number(name), 1],
          [2, 0],
        ],
      }),
    );
    const { report, dataset } = await importAll(input, { donorColumn: 'sample' });
    expect(dataset.cellIds).toEqual(['1_AAAC-1', '1_AAAG-1', '2_AAAC-1', '2_AAAG-1']);
    expect(report.geneOverlap).toEqual({ shared: 2, all: 2, sharedCounts: 1 });
    expect(report.warnings).toEqual(['Samples share cell names, so the name of its sample was put before each.']);
  });

  it('joins annotations: missing stays missing, kinds meet, the sample column finds a free name', async () => {
    const input = [
      await writeH5ad(at('one.h5ad'), {
        obs: (group) => {
          categorical(group, 'state', ['B', 'T'], [0, 1, 1, -1]);
          group.create_dataset({ name: 'score', data: Float64Array.of(1, 2, 3, 4) });
          group.create_dataset({ name: 'cluster', data: Int32Array.of(1, 2, 1, 2) });
          categorical(group, 'sample', ['x'], [0, 0, 0, 0]);
        },
      }),
      await writeH5ad(at('two.h5ad'), {
        cells: ['c1', 'c2', 'c3', 'c4'],
        obs: (group) => {
          categorical(group, 'state', ['NK', 'T'], [0, 1, 1, 0]);
          categorical(group, 'cluster', ['a', 'b'], [0, 1, 0, 1]);
        },
      }),
    ];
    const { report, dataset } = await importAll(input, { labelColumn: 'state' });
    expect(dataset.obs.map(({ name }) => name)).toEqual(['file_sample', 'cluster', 'sample', 'score', 'state']);
    expect(column(dataset, 'state')).toEqual(['B', 'T', 'T', null, 'NK', 'T', 'T', 'NK']);
    expect(column(dataset, 'score')).toEqual([1, 2, 3, 4, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(column(dataset, 'cluster')).toEqual(['1', '2', '1', '2', 'a', 'b', 'a', 'b']);
    expect(column(dataset, 'sample')).toEqual(['x', 'x', 'x', 'x', null, null, null, null]);
    expect(report.labelColumns[0]).toBe('state');
    const warnings = report.warnings.join('\n');
    expect(warnings).toMatch(/2 annotations are not in every sample.*: sample, score\./);
    expect(warnings).toMatch(/Read as text.*: cluster\./);
  });

  it('mixes formats and ways to name genes', async () => {
    const file = await writeH5ad(at('symbols.h5ad'), { cells: ['x1', 'x2', 'x3', 'x4'] });
    const folder = writeMtx(at('ids'), { cells: ['y1'], genes: [GATA1, SPI1], rows: [[3, 4]] });
    const { report, dataset } = await importAll([file, folder]);
    expect(dataset.genes.map(({ symbol }) => symbol)).toEqual(['SPI1', 'GATA1']);
    expect(countsOf(dataset).y1).toEqual({ SPI1: 4, GATA1: 3 });
    expect(report.samples.map(({ format }) => format)).toEqual(['h5ad', '10x-mtx']);
  });

  it('says when two samples hold the same counts', async () => {
    const spec = {
      genes: [SPI1, GATA1],
      rows: [
        [1, 2],
        [3, 4],
      ],
    };
    const input = ['p', 'q'].map((name) =>
      writeMtx(at(`double/${name}`), { ...spec, cells: [`${name}1`, `${name}2`] }),
    );
    const { report } = await importAll(input);
    expect(report.warnings.join()).toMatch(/p, q hold the same counts cell by cell/);
  });

  it('refuses samples without a common gene, of two species, and a sample that cannot be read, by its name', async () => {
    const human = writeMtx(at('apart/human'), { cells: ['h'], genes: [SPI1, GATA1], rows: [[1, 1]] });
    const other = writeMtx(at('apart/other'), { cells: ['o'], genes: [PAX5, CEBPA], rows: [[1, 1]] });
    const mouse = writeMtx(at('apart/mouse'), {
      cells: ['m'],
      genes: [
        ['ENSMUSG00000002111', 'Spi1'],
        ['ENSMUSG00000031162', 'Gata1'],
      ],
      rows: [[1, 1]],
    });
    await expect(importAll([human, other])).rejects.toThrow(/no gene is in all of them/);
    await expect(importAll([human, mouse])).rejects.toThrow(
      /two species \(human: human; mouse: mouse\); choose Species both/,
    );
    const part = writeMtx(at('apart/S7/outs/filtered_feature_bc_matrix'), {
      cells: ['x', 'y'],
      genes: [SPI1],
      rows: [[1], [2]],
    });
    writeFileSync(path.join(part, 'barcodes.tsv'), 'x\n');
    await expect(importAll([human, part])).rejects.toThrow(/^S7: filtered_feature_bc_matrix: /);
  });

  it('stops when cancelled', async () => {
    const abort = new AbortController();
    const run = importDataset(ImportConfig.parse({ input: pair() }), resolver, new MemoryDatasetSink(), {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(run).rejects.toMatchObject({
      code: 'cancelled',
      message: expect.stringMatching(/^Samples: /) as string,
    });
  });
});

it('a dataset in several samples, in any order, is the same cells and counts as in one', async () => {
  const genes = [SPI1, GATA1, PAX5, CEBPA];
  let n = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(fc.nat(4), { minLength: 4, maxLength: 4 }), fc.nat(3)), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      async (cells, order) => {
        fc.pre(cells.some(([row]) => row.some((value) => value > 0)));
        const root = `property/${n++}`;
        const all = cells.map(([row, sample], i) => ({ id: `c${i}`, row, sample }));
        const write = (name: string, own: typeof all) =>
          writeMtx(at(`${root}/${name}`), { cells: own.map(({ id }) => id), genes, rows: own.map(({ row }) => row) });
        const samples = order
          .map((sample) => all.filter((cell) => cell.sample === sample))
          .filter((own) => own.length > 0)
          .map((own) => write(`s${own[0].sample}`, own));
        const whole = await importAll([write('whole', all)]);
        const merged = await importAll(samples);
        expect(countsOf(merged.dataset)).toEqual(countsOf(whole.dataset));
        expect(merged.dataset.genes).toEqual(whole.dataset.genes);
        expect(merged.report.countsKept).toBe(whole.report.countsKept);
      },
    ),
    { numRuns: 40, seed: 7 },
  );
}, 120_000);
