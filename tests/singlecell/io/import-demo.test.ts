import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { inspectFile } from '#singlecell/io/open.ts';

const resources = path.join(import.meta.dirname, '..', '..', '..', 'resources');
const demo = path.join(resources, 'demo', 'zheng_pbmc_facs_human.h5ad');

describe('the demo file', () => {
  let resolver: GeneResolver;
  beforeAll(async () => {
    resolver = await GeneResolver.load(resources);
  });

  it('is described before it is imported', async () => {
    const inspection = await inspectFile(demo);
    expect(inspection.description).toBe('AnnData h5ad, human, raw counts, 3,874 cells × 16,791 genes');
    expect(inspection.warnings).toEqual([]);
    expect(inspection.obsColumns.map(({ name }) => name)).toEqual(['cell_type', 'facs_subpop', 'split']);
    const cellType = inspection.obsColumns[0].categories!;
    expect(cellType).toHaveLength(10);
    expect(cellType.find(({ value }) => value === 'CD34+')?.nCells).toBe(701);
  });

  it('is imported whole', async () => {
    const sink = new MemoryDatasetSink();
    const report = await importDataset(ImportConfig.parse({ input: [demo], labelColumn: 'cell_type' }), resolver, sink);
    expect(report).toMatchObject({ nCells: 3874, nGenes: 16791, species: 'human', matrix: 'X', countsKept: 1 });
    expect(report.genesMatched + report.genesMissing + report.genesAmbiguous).toBe(report.genesInFile);
    const { counts, genes } = sink.dataset();
    const all = counts.rows(0, counts.nCells);
    // h5py 3.7.0 and numpy 1.24.2: X/data has 2,767,251 entries with the sum 7,675,054.
    expect(all.data.length).toBe(2767251);
    expect(all.data.reduce((sum, value) => sum + value, 0)).toBe(7675054);
    expect(genes.find(({ id }) => id === 'ENSG00000066336')?.symbol).toBe('SPI1');
  });
});
