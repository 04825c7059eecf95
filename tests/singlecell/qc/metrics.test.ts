import { expect, test } from 'vitest';
import { memoryCounts } from '#singlecell/count-source.ts';
import { mitochondrialGenes, ribosomalGenes } from '#singlecell/qc/gene-groups.ts';
import { cellMetrics, emptyComposition } from '#singlecell/qc/metrics.ts';
import type { Dataset } from '#singlecell/types.ts';
import { packedSource } from '../../support/packed-source.ts';

const genes = ['MT-CO1', 'RPL3', 'SPI1', 'GENE1'].map((symbol, i) => ({ id: `ENSG0000000000${i}`, symbol }));
// Cells: (10, 20, 0, 70), empty, (0, 0, 1, 0).
const dataset: Dataset = {
  species: 'human',
  genes,
  cellIds: ['a', 'b', 'c'],
  obs: [],
  counts: memoryCounts({
    nGenes: 4,
    indptr: [0, 3, 3, 4],
    indices: Int32Array.of(0, 1, 3, 2),
    data: Float32Array.of(10, 20, 70, 1),
  }),
};

test('totals, genes, shares and complexity of three cells by hand', async () => {
  const seen: number[] = [];
  const metrics = await cellMetrics(dataset, { onCells: (done) => void seen.push(done) });
  expect([...metrics.totalCounts]).toEqual([100, 0, 1]);
  expect([...metrics.detectedGenes]).toEqual([3, 0, 1]);
  expect([...metrics.coreGenes]).toEqual([3, 0, 1]);
  expect([...metrics.mitoFraction]).toEqual([0.1, 0, 0]);
  expect([...metrics.ribosomalFraction]).toEqual([0.2, 0, 0]);
  // log10(3) / log10(100)
  expect(metrics.complexity[0]).toBeCloseTo(0.2385606, 7);
  expect([...metrics.complexity.subarray(1)]).toEqual([0, 0]);
  expect([metrics.nMitoGenes, metrics.nRibosomalGenes]).toEqual([1, 1]);
  expect(seen).toEqual([3]);
});

test('are the same of counts as they are stored', async () => {
  // 300 genes, so that steps from gene to gene and counts take one byte or several.
  const many = Array.from({ length: 300 }, (_, i) => ({
    id: `ENSG${String(i).padStart(11, '0')}`,
    symbol: i % 50 === 7 ? `MT-ND${i}` : i % 20 === 3 ? `RPL${i}` : `GENE${i}`,
  }));
  const cells = [
    [[299, 70_000]],
    [],
    [
      [0, 127],
      [127, 128],
      [128, 129],
      [256, 20_000],
    ],
    [
      [7, 1],
      [23, 300],
      [157, 5],
      [280, 2],
    ],
  ];
  const entries = cells.flat();
  const counts = memoryCounts({
    nGenes: 300,
    indptr: [0, 1, 1, 5, 9],
    indices: Int32Array.from(entries, ([gene]) => gene),
    data: Float32Array.from(entries, ([, count]) => count),
  });
  const wide = { ...dataset, cellIds: ['a', 'b', 'c', 'd'], genes: many, counts };
  const options = { coreGeneIds: new Set([many[128].id, many[299].id, many[23].id]) };
  const metrics = await cellMetrics(wide, options);
  expect([...metrics.totalCounts]).toEqual([70_000, 0, 20_384, 308]);
  expect([...metrics.coreGenes]).toEqual([1, 0, 1, 1]);
  expect([...metrics.mitoFraction]).toEqual([0, 0, 0, 6 / 308]);
  expect([...metrics.ribosomalFraction]).toEqual([0, 0, 0, 300 / 308]);
  expect(await cellMetrics({ ...wide, counts: packedSource(counts) }, options)).toEqual(metrics);
});

test('are the same where genes lie so far apart that a step takes three bytes', async () => {
  const far = Array.from({ length: 40_000 }, (_, i) => ({
    id: `ENSG${String(i).padStart(11, '0')}`,
    symbol: i === 39_999 ? 'MT-ND1' : `GENE${i}`,
  }));
  const counts = memoryCounts({
    nGenes: 40_000,
    indptr: [0, 2],
    indices: Int32Array.of(20_000, 39_999),
    data: Float32Array.of(6, 2),
  });
  const wide = { ...dataset, cellIds: ['a'], genes: far, counts };
  expect([...(await cellMetrics(wide)).mitoFraction]).toEqual([0.25]);
  expect(await cellMetrics({ ...wide, counts: packedSource(counts) })).toEqual(await cellMetrics(wide));
});

test('core genes are those named', async () => {
  const metrics = await cellMetrics(dataset, { coreGeneIds: new Set(['ENSG00000000002', 'ENSG00000000003']) });
  expect([...metrics.coreGenes]).toEqual([1, 0, 1]);
});

test('gene groups by symbol: families whose names only look alike stay out', () => {
  const of = (symbols: string[]) => symbols.map((symbol) => ({ id: '', symbol }));
  expect([...mitochondrialGenes(of(['MT-ND1', 'mt-Co1', 'MT1A', 'MTOR']))]).toEqual([1, 1, 0, 0]);
  expect([...ribosomalGenes(of(['RPS6', 'RPL22L1', 'RPLP0', 'RPSA', 'Rps27a', 'RPS6KA1', 'MRPL3', 'RPL3P4']))]).toEqual(
    [1, 1, 1, 1, 1, 0, 0, 0],
  );
});

test('share of the fifty highest genes and of haemoglobin, where they are asked for', async () => {
  // 60 genes: 50 with 3 counts, ten with 1, among them a chain of haemoglobin with 3.
  const many = Array.from({ length: 60 }, (_, i) => ({ id: `ENSG${i}`, symbol: i === 0 ? 'HBA1' : `GENE${i}` }));
  const counts = memoryCounts({
    nGenes: 60,
    indptr: [0, 60, 60, 61],
    indices: Int32Array.from({ length: 61 }, (_, i) => (i < 60 ? i : 0)),
    data: Float32Array.from({ length: 61 }, (_, i) => (i < 50 ? 3 : 1)),
  });
  const composition = emptyComposition(3);
  await cellMetrics({ ...dataset, genes: many, counts }, { composition });
  expect([...composition.topFraction]).toEqual([150 / 160, 0, 1]);
  expect([...composition.haemoglobinFraction]).toEqual([3 / 160, 0, 1]);
});
