import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { geneReport, GeneTally } from '#singlecell/io/gene-report.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { GeneIndex, mapGenes } from '#singlecell/io/import-genes.ts';
import { tempFolder } from './support/temp-folder.ts';
import { writeH5ad } from './support/write-h5ad.ts';

const at = tempFolder();
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', 'resources'));
});

const GENES = ['SPI1', 'PU.1', 'NOTAGENE', 'GATA1', '1-Mar', 'ERCC-00002'];
const ROWS = [
  [1, 2, 4, 8, 16, 1],
  [0, 0, 1, 0, 3, 1],
];

async function importGenes(name: string, config: Partial<ImportConfig> = {}): Promise<MemoryDatasetSink> {
  const input = await writeH5ad(at(name), { cells: ['a', 'b'], genes: GENES, X: { storage: 'csr', rows: ROWS } });
  const sink = new MemoryDatasetSink();
  await importDataset(ImportConfig.parse({ input: [input], species: 'human', ...config }), resolver, sink);
  return sink;
}
const say = ({ input, status, by, gene, candidates, nCells, counts }: GeneReportRow) =>
  [input, status, by, gene?.symbol ?? candidates.map(({ symbol }) => symbol).join('|'), nCells, counts] as const;

describe('the gene report', () => {
  it('tells of every gene name of a file what became of it, with cells and counts', async () => {
    const { genesOfFile } = await importGenes('all.h5ad');
    expect(genesOfFile.map(say)).toEqual([
      ['1-Mar', 'ambiguous', null, 'MARCHF1|MTARC1', 2, 19],
      ['GATA1', 'matched', 'symbol', 'GATA1', 1, 8],
      ['NOTAGENE', 'missing', null, '', 2, 5],
      ['PU.1', 'matched', 'alias', 'SPI1', 1, 2],
      ['SPI1', 'matched', 'symbol', 'SPI1', 1, 1],
    ]);
    expect(genesOfFile[2].reason).toBe('no human gene goes by this name');
  });

  it('follows a choice of the user, and its counts are kept', async () => {
    const id = 'ENSG00000145416';
    const sink = await importGenes('chosen.h5ad', { geneChoices: [`1-Mar=${id}`, `NOTAGENE=ENSG00000102145`] });
    expect(sink.genesOfFile.slice(0, 3).map(say)).toEqual([
      ['1-Mar', 'matched', 'by-hand', 'MARCHF1', 2, 19],
      ['GATA1', 'matched', 'symbol', 'GATA1', 1, 8],
      ['NOTAGENE', 'matched', 'by-hand', 'GATA1', 2, 5],
    ]);
    const { genes, counts } = sink.dataset();
    const { indices, data, indptr } = counts.rows(0, 2);
    const row = genes.findIndex((gene) => gene.id === id);
    expect([...data].filter((_, i) => indices[i] === row)).toEqual([16, 3]);
    expect(indptr.at(-1)).toBe(data.length);
  });

  it('refuses a choice that is no gene of the species', async () => {
    await expect(importGenes('bad.h5ad', { geneChoices: ['1-Mar=ENSMUSG00000031162'] })).rejects.toMatchObject({
      code: 'invalid-input',
      message:
        'Genes chosen by hand: 1-Mar=ENSMUSG00000031162 names no listed human gene; write NAME=Ensembl id of a human gene.',
    });
  });

  it('adds up the same name in several files and keeps one list of genes', () => {
    const index = new GeneIndex();
    const files = [
      ['SPI1', 'GATA1'],
      ['GATA1', 'PAX5', 'spi1'],
    ].map((names, n) => {
      const mapping = mapGenes({ names, ids: null, featureTypes: null }, resolver, 'human', { index });
      const tally = new GeneTally(names.length);
      const indices = Int32Array.from(names.keys());
      tally.add({
        start: 0,
        nCells: 1,
        nGenes: names.length,
        indptr: Float64Array.of(0, names.length),
        indices,
        data: Float32Array.from(names, (_, i) => 10 ** n * (i + 1)),
      });
      return { mapping, tally };
    });
    expect(index.genes.map(({ symbol }) => symbol)).toEqual(['SPI1', 'GATA1', 'PAX5']);
    expect([...files[1].mapping.target]).toEqual([1, 2, 0]);
    expect(geneReport(files).map(say)).toEqual([
      ['spi1', 'matched', 'symbol-case', 'SPI1', 1, 30],
      ['PAX5', 'matched', 'symbol', 'PAX5', 1, 20],
      ['GATA1', 'matched', 'symbol', 'GATA1', 2, 12],
      ['SPI1', 'matched', 'symbol', 'SPI1', 1, 1],
    ]);
  });

  it('says which names belong to the other genome of a mixed file', () => {
    const file = { names: ['GRCh38_GATA1', 'mm10___Gata1', 'hg19-CD3D'], ids: null, featureTypes: null };
    const { outcomes } = mapGenes(file, resolver, 'human');
    expect(outcomes.map((outcome) => outcome?.gene?.symbol ?? outcome?.reason)).toEqual([
      'GATA1',
      'a gene of the other genome (mm10), the cells are read as human',
      'CD3D',
    ]);
  });
});
