import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig, type ImportReport } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import type { Dataset } from '#singlecell/types.ts';
import { tempFolder } from './support/temp-folder.ts';
import { categorical, writeH5ad, type H5adSpec } from './support/write-h5ad.ts';

const at = tempFolder();
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', 'resources'));
});

async function importSpec(
  name: string,
  spec: H5adSpec,
  config: Partial<ImportConfig> = {},
): Promise<{ report: ImportReport; dataset: Dataset; progress: number[] }> {
  const sink = new MemoryDatasetSink();
  const progress: number[] = [];
  const input = await writeH5ad(at(`${name}.h5ad`), spec);
  const report = await importDataset(ImportConfig.parse({ input: [input], ...config }), resolver, sink, {
    onProgress: (done) => void progress.push(done),
  });
  return { report, dataset: sink.dataset(), progress };
}

describe('genes', () => {
  const genes = ['SPI1', 'PU.1', 'NOTAGENE', 'GATA1', '1-Mar'];
  const rows = [
    [1, 2, 4, 8, 16],
    [0, 0, 1, 0, 0],
  ];

  it('are summed where two columns mean one, and dropped where they mean none or several', async () => {
    const { report, dataset, progress } = await importSpec('genes', {
      cells: ['a', 'b'],
      genes,
      X: { storage: 'csc', rows },
    });
    expect(dataset.genes.map(({ symbol }) => symbol)).toEqual(['SPI1', 'GATA1']);
    const { indptr, indices, data } = dataset.counts.rows(0, 2);
    expect([[...indptr], [...indices], [...data]]).toEqual([
      [0, 2, 2],
      [0, 1],
      [3, 8],
    ]);
    expect(report).toMatchObject({
      genesInFile: 5,
      genesMatched: 3,
      genesMatchedBy: { symbol: 2, alias: 1 },
      genesAmbiguous: 1,
      genesMissing: 1,
      duplicatesSummed: 1,
      countsKept: 11 / 32,
      cellsWithoutCounts: 1,
      missingExamples: ['NOTAGENE', '1-Mar'],
    });
    expect(progress).toEqual([2]);
  });

  it('with a retired id keep it, unless their symbol leads to a listed gene', async () => {
    const { report, dataset } = await importSpec('retired', {
      cells: ['a', 'b'],
      genes: ['ENSG00000066336', 'ENSG00000999991', 'ENSG00000999992', 'ENSG00000999993', 'ENSG00000102145'],
      varColumns: { gene_symbols: ['SPI1', 'RUNX1', 'OLDNAME', 'SPI1', 'GATA1'] },
      X: { storage: 'csr', rows },
    });
    expect(dataset.genes.map(({ id }) => id)).toEqual([
      'ENSG00000066336',
      'ENSG00000159216',
      'ENSG00000999992',
      'ENSG00000999993',
      'ENSG00000102145',
    ]);
    expect(report.genesMatchedBy).toEqual({ ensembl: 2, symbol: 1, 'ensembl-unlisted': 2 });
    expect(report.countsKept).toBe(1);
  });
});

describe('annotations', () => {
  const obs: H5adSpec['obs'] = (group) => {
    categorical(group, 'cell_type', ['B', 'T'], [0, 1, 1, -1]);
    group.create_dataset({ name: 'leiden', data: Int32Array.of(10, 2, 2, 10) });
    group.create_dataset({ name: 'score', data: Float64Array.of(0.1, 0.2, 0.3, 0.4) });
    categorical(group, 'tissue', ['blood'], [0, 0, 0, 0]);
  };

  it('numbers become groups where they are chosen as labels', async () => {
    const { report, dataset } = await importSpec('leiden', { obs }, { labelColumn: 'leiden', donorColumn: 'tissue' });
    expect(dataset.obs.find(({ name }) => name === 'leiden')).toMatchObject({
      kind: 'categorical',
      categories: ['2', '10'],
      codes: Int32Array.of(1, 0, 0, 1),
    });
    expect(report.labelColumns).toEqual(['leiden', 'cell_type']);
  });

  it('with one state or gaps are warned of', async () => {
    const single = await importSpec('tissue', { obs }, { labelColumn: 'tissue' });
    expect(single.report.warnings.join()).toMatch(/obs\/tissue has a single state/);
    const gaps = await importSpec('gaps', { obs }, { labelColumn: 'cell_type' });
    expect(gaps.report.warnings.join()).toMatch(/obs\/cell_type is empty for 1 cell/);
  });

  it.each([
    ['score', 'data-format', /measured numbers/],
    ['nowhere', 'not-found', /it has .*cell_type/],
  ])('that cannot be labels are refused: %s', async (labelColumn, code, message) => {
    await expect(importSpec(`bad-${labelColumn}`, { obs }, { labelColumn })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});
