import path from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import { unfilteredWarning } from '#singlecell/io/tenx-h5/layout.ts';
import { tempFolder } from './support/temp-folder.ts';
import { COUNTS, GENES } from './support/write-h5ad.ts';
import { writeTenxH5, type Features } from './support/write-tenx-h5.ts';

const at = tempFolder();
const IDS = ['ENSG00000066336', 'ENSG00000102145', 'ENSG00000196092', 'ENSG00000245848', 'ENSG00000073861'];
const EXPRESSION = 'Gene Expression';
let resolver: GeneResolver;
beforeAll(async () => {
  await h5wasm.ready;
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', 'resources'));
});

function write(name: string, fill: (h5: h5wasm.File) => void): string {
  const h5 = new h5wasm.File(at(name), 'w');
  fill(h5);
  h5.flush();
  h5.close();
  return at(name);
}

const PROTEINS = ['CD3_TotalB', 'sgGATA1-2'];
const MULTI: Features = {
  ids: [...IDS, ...PROTEINS],
  names: [...GENES, ...PROTEINS],
  types: [...IDS.map(() => EXPRESSION), 'Antibody Capture', 'CRISPR Guide Capture'],
  genomes: [...IDS.map(() => 'GRCh38'), '', ''],
};
const MULTI_ROWS = COUNTS.map((row, cell) => [...row, 100 + cell, 7]);

describe('Cell Ranger multi', () => {
  it('antibodies and guides are left out and told, genes are read', async () => {
    const sink = new MemoryDatasetSink();
    const input = writeTenxH5(at('sample_filtered_feature_bc_matrix.h5'), MULTI_ROWS, MULTI);
    const report = await importDataset(ImportConfig.parse({ input: [input] }), resolver, sink);
    expect(report).toMatchObject({ nGenes: 5, genesInFile: 5, countsKept: 1 });
    expect(report.warnings[0]).toMatch(/left out: 1 Antibody Capture, 1 CRISPR Guide Capture/);
    const { indptr, data } = sink.dataset().counts.rows(0, 4);
    const sums = Array.from({ length: 4 }, (_, i) => data.slice(indptr[i], indptr[i + 1]).reduce((a, b) => a + b, 0));
    expect(sums).toEqual(COUNTS.map((row) => row.reduce((a, b) => a + b, 0)));
  });

  it('features without a genome keep their kind when one of several genomes is chosen', async () => {
    const genomes = ['GRCh38', 'GRCh38', 'mm10', 'mm10', 'mm10', '', ''];
    const input = writeTenxH5(at('barnyard.h5'), MULTI_ROWS, { ...MULTI, genomes });
    const open = await openFile(input, { genome: 'GRCh38' });
    expect(open.genes('matrix').featureTypes).toEqual([
      EXPRESSION,
      EXPRESSION,
      'genes of mm10',
      'genes of mm10',
      'genes of mm10',
      'Antibody Capture',
      'CRISPR Guide Capture',
    ]);
    open.close();
  });

  it('a file of proteins only is refused', async () => {
    const input = writeTenxH5(at('proteins.h5'), MULTI_ROWS, {
      ...MULTI,
      types: MULTI.ids.map(() => 'Antibody Capture'),
    });
    await expect(inspectFile(input)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/features are Antibody Capture, genes \(Gene Expression\) are expected/) as string,
    });
  });
});

it('molecule_info.h5 is recognised, and the right file is named', async () => {
  const input = write('molecule_info.h5', (h5) => {
    h5.create_dataset({ name: 'barcode_idx', data: BigInt64Array.of(0n, 1n) });
    h5.create_dataset({ name: 'umi', data: Uint32Array.of(7, 9) });
    h5.create_dataset({ name: 'count', data: Uint32Array.of(1, 2) });
    h5.create_dataset({ name: 'barcodes', data: ['AAAC', 'AAAG'], dtype: 'S16' });
    h5.create_group('features').create_dataset({ name: 'id', data: IDS, dtype: 'S32' });
  });
  await expect(inspectFile(input)).rejects.toMatchObject({
    code: 'data-format',
    message: expect.stringMatching(/single molecules.*choose filtered_feature_bc_matrix\.h5/) as string,
  });
});

describe('a raw matrix of all barcodes', () => {
  /** Offsets of `nEmpty` barcodes with 3 genes and `nCells` with 800. */
  const offsets = (nEmpty: number, nCells: number) => {
    const out = new Float64Array(nEmpty + nCells + 1);
    for (let i = 0; i < nEmpty + nCells; i++) out[i + 1] = out[i] + (i < nEmpty ? 3 : 800);
    return out;
  };

  it('is told with the numbers of empty droplets and of cells', () => {
    expect(unfilteredWarning(offsets(30_000, 1200))).toMatch(/of 31,200, 30,000 have fewer than 10 genes.* 1,200 have/);
  });

  it('cells, and small or shallow experiments, are not taken for one', () => {
    expect(unfilteredWarning(offsets(2000, 12_000))).toBeNull();
    expect(unfilteredWarning(offsets(900, 10))).toBeNull();
  });
});
