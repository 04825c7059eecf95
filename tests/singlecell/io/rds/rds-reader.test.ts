import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import type { OpenDataset } from '#singlecell/io/reader.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Written by R 4.2.2, Matrix 1.5-3, SingleCellExperiment 1.20.0 and SeuratObject 4.1.3 (make_objects.R). */
const OBJECTS = path.join(import.meta.dirname, 'objects');
const object = (name: string) => path.join(OBJECTS, name);
const at = tempFolder();

const GENES = ['SPI1', 'GATA1', 'CD3E', 'MS4A1', 'GNLY'];
const CELLS = ['AAAC-1', 'AAAG-1', 'AACC-1', 'AACG-1'];
/** The matrix of make_objects.R, a row for each cell. */
const COUNTS = [
  [5, 0, 1, 0, 0],
  [0, 3, 0, 0, 2],
  [0, 0, 0, 0, 0],
  [7, 0, 0, 1, 9],
];
const OBS = [
  { name: 'cell_type', kind: 'categorical', categories: ['T', 'B', 'unused'], codes: Int32Array.of(1, 0, -1, 1) },
  { name: 'donor', kind: 'categorical', categories: ['d1', 'd2'], codes: Int32Array.of(0, 0, 1, -1) },
  { name: 'n', kind: 'number', values: Float64Array.of(6, 5, Number.NaN, 17) },
  { name: 'share', kind: 'number', values: Float64Array.of(0.5, Number.NaN, 0.25, 1) },
  { name: 'doublet', kind: 'boolean', values: Int8Array.of(1, 0, -1, 0) },
];

async function rowsOf(file: OpenDataset, matrix: string): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const chunk of file.chunks(matrix))
    for (let cell = 0; cell < chunk.nCells; cell++) {
      const row = new Array<number>(chunk.nGenes).fill(0);
      for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) row[chunk.indices[i]] = chunk.data[i];
      rows.push(row);
    }
  return rows;
}

async function read(name: string) {
  const file = await openFile(object(name));
  const [{ name: matrix }] = file.matrices;
  return {
    file,
    matrix,
    counts: await rowsOf(file, matrix),
    genes: file.genes(matrix),
    cells: file.cellIds(),
    obs: file.obsNames().map((column) => file.obsColumn(column)),
  };
}

describe('matrices that saveRDS wrote', () => {
  it.each([
    'dgCMatrix.rds',
    'dgTMatrix.rds',
    'dgRMatrix.rds',
    'matrix.rds',
    'data-frame.rds',
    'version-2.rds',
    'uncompressed.rds',
  ])('%s', async (name) => {
    const { file, counts, genes, cells } = await read(name);
    expect(file.format).toBe('rds');
    expect(counts).toEqual(COUNTS);
    expect(genes.names).toEqual(GENES);
    // data.frame turns the minus to a point.
    expect(cells.map((cell) => cell.replace('.', '-'))).toEqual(CELLS);
  });

  it('packed with zstd, as R 4.5 can', async () => {
    writeFileSync(at('zstd.rds'), zstdCompressSync(gunzipSync(readFileSync(object('dgCMatrix.rds')))));
    const file = await openFile(at('zstd.rds'));
    expect(await rowsOf(file, 'matrix')).toEqual(COUNTS);
  });

  it('with compact, wrapped and deferred vectors', async () => {
    const { counts, genes } = await read('altrep.rds');
    expect(counts).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
    ]);
    // The column of texts names the genes.
    expect(genes.names).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('objects of Bioconductor', () => {
  it('SingleCellExperiment: counts before logcounts, factors, runs, symbols and ids', async () => {
    const { file, matrix, counts, genes, cells, obs } = await read('SingleCellExperiment.rds');
    expect(file.matrices.map(({ name }) => name)).toEqual(['assays/counts', 'assays/logcounts']);
    expect(matrix).toBe('assays/counts');
    expect(counts).toEqual(COUNTS);
    expect(cells).toEqual(CELLS);
    expect(genes).toEqual({
      names: GENES,
      ids: ['ENSG00000066336', 'ENSG00000102145', 'ENSG00000198851', 'ENSG00000156738', 'ENSG00000115523'],
      featureTypes: new Array(5).fill('Gene Expression'),
    });
    expect(obs).toEqual([
      ...OBS,
      { name: 'run', kind: 'categorical', categories: ['r1', 'r2'], codes: Int32Array.of(0, 0, 1, 1) },
    ]);
    const logs = await rowsOf(file, 'assays/logcounts');
    expect(logs[0][0]).toBe(Math.fround(Math.log1p(5)));
  });

  it('SingleCellExperiment with antibodies and hashtags: these are left out and named', async () => {
    const { file, counts, genes, cells } = await read('altExps.rds');
    expect(file.matrices.map(({ name }) => name)).toEqual(['assays/counts']);
    expect([counts, cells, genes.names]).toEqual([COUNTS, CELLS, GENES]);
    expect(file.warnings).toEqual([
      'Only its main experiment was read; left out: ADT, HTO (altExps). If one of these holds the genes, write it from R: saveRDS(altExp(sce, "ADT"), "ADT.rds").',
    ]);
    expect((await read('SingleCellExperiment.rds')).file.warnings).toEqual([]);
  });

  it('SummarizedExperiment with a plain matrix', async () => {
    const { counts, genes, cells, obs } = await read('SummarizedExperiment.rds');
    expect(counts).toEqual(COUNTS);
    expect([genes.names, cells]).toEqual([GENES, CELLS]);
    expect(obs).toEqual(OBS);
  });

  it('with genomic ranges and a DelayedArray in memory', async () => {
    const { counts, genes } = await read('delayed-ranged.rds');
    expect(counts).toEqual(COUNTS);
    expect(genes.names).toEqual(GENES);
    expect(genes.ids?.[0]).toBe('ENSG00000066336');
  });
});

describe('Seurat objects', () => {
  it('of version 4: raw counts and meta data, normalised values are not read', async () => {
    const { file, matrix, counts, genes, cells, obs } = await read('Seurat-4.rds');
    expect(file.matrices).toEqual([{ name: 'RNA/counts', storage: 'csr', nCells: 4, nGenes: 5 }]);
    expect(matrix).toBe('RNA/counts');
    expect(counts).toEqual(COUNTS);
    expect([genes.names, cells]).toEqual([GENES, CELLS]);
    expect(obs.map(({ name }) => name)).toEqual([
      'orig.ident',
      'nCount_RNA',
      'nFeature_RNA',
      ...OBS.map(({ name }) => name),
    ]);
    expect(obs.slice(3)).toEqual(OBS);
  });

  it('of version 5: layers of several samples put together, a gene that one of them lacks', async () => {
    const { counts, genes, cells } = await read('Seurat-5.rds');
    expect(counts).toEqual(COUNTS);
    expect([genes.names, cells]).toEqual([GENES, CELLS]);
  });
});

describe('workspaces that save wrote', () => {
  it('with one object', async () => {
    expect((await read('one.rda')).counts).toEqual(COUNTS);
  });

  it('with one object that is made for cells, and others', async () => {
    const { counts, file } = await read('two.RData');
    expect(counts).toEqual(COUNTS);
    expect(file.warnings.join()).toMatch(/Of the 2 objects of the workspace \(sce, obs\), sce was read/);
  });
});

describe('an import', () => {
  it('takes genes by symbol and id, counts, labels and donors', async () => {
    const resolver = await GeneResolver.load(path.join(import.meta.dirname, '../../../../resources'));
    const sink = new MemoryDatasetSink();
    const config = ImportConfig.parse({
      input: [object('SingleCellExperiment.rds')],
      labelColumn: 'cell_type',
      donorColumn: 'donor',
    });
    const report = await importDataset(config, resolver, sink);
    expect(report).toMatchObject({ nCells: 4, nGenes: 5, species: 'human', genesMatched: 5, cellsWithoutCounts: 1 });
    const { genes, counts } = sink.dataset();
    expect(genes.map(({ symbol }) => symbol).sort()).toEqual([...GENES].sort());
    const { indices, data, indptr } = counts.rows(3, 4);
    const found = Array.from({ length: indptr[1] }, (_, i) => [genes[indices[i]].symbol, data[i]]);
    expect(Object.fromEntries(found)).toEqual({ SPI1: 7, MS4A1: 1, GNLY: 9 });
  });
});

describe('what is said before an import', () => {
  it('names the format, the species and the counts', async () => {
    const inspection = await inspectFile(object('SingleCellExperiment.rds'));
    expect(inspection).toMatchObject({ format: 'rds', nCells: 4, nGenes: 5, species: 'human' });
    expect(inspection.description).toBe('R object SingleCellExperiment, human, raw counts, 4 cells × 5 genes');
    expect(inspection.matrices[0]).toMatchObject({ name: 'assays/counts', content: 'counts' });
  });
});

describe('what is refused, with the line of R that helps', () => {
  it.each<[string, RegExp]>([
    ['xz.rds', /^xz\.rds: it is compressed with xz.*saveRDS\(readRDS\("xz\.rds"\).*compress = "gzip"\)/],
    ['bzip2.rds', /compressed with bzip2/],
    ['ascii.rds', /saved as text/],
    ['none.rda', /^none\.rda: it is a table with 3 columns of numbers|none of its objects/],
    ['list.rds', /^list\.rds: it holds a list, a SingleCellExperiment.*in R: DropletUtils::write10xCounts/],
    ['lm.rds', /it holds an object of class "lm"/],
  ])('%s', async (name, message) => {
    await expect(openFile(object(name))).rejects.toThrow(message);
  });

  it.each([
    ['cells.qs', /saveRDS\(qs::qread\("cells\.qs"\), "cells\.rds"\)/],
    ['cells.qs2', /qs2::qs_read/],
    ['cells.h5Seurat', /SeuratDisk::LoadH5Seurat\("cells\.h5Seurat"\)/],
  ])('%s, which only R reads', async (name, line) => {
    writeFileSync(at(name), Buffer.from([0x0b, 0x0e, 0x0a, 0x0c, 0, 1, 2, 3]));
    await expect(openFile(at(name))).rejects.toThrow(line);
  });

  it('a file that was cut off', async () => {
    const whole = gunzipSync(readFileSync(object('Seurat-4.rds')));
    writeFileSync(at('cut.rds'), gzipSync(whole.subarray(0, whole.length - 40)));
    await expect(openFile(at('cut.rds'))).rejects.toThrow(/^cut\.rds: it ends in the middle of an object/);
    writeFileSync(at('cut-gzip.rds'), readFileSync(object('Seurat-4.rds')).subarray(0, 600));
    await expect(openFile(at('cut-gzip.rds'))).rejects.toThrow(/compressed content is damaged/);
  });
});
