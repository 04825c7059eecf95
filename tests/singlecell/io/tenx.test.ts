import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import { transposed } from '#singlecell/io/transpose.ts';
import { readRows } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';
import { CELLS, compress, COUNTS, GENES } from './support/write-h5ad.ts';

const at = tempFolder();
const IDS = ['ENSG00000066336', 'ENSG00000102145', 'ENSG00000196092', 'ENSG00000245848', 'ENSG00000073861'];
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', 'resources'));
});

function writeTenxMatrix(parent: h5wasm.Group, name: string, rows: number[][]): h5wasm.Group {
  const { indptr, indices, data } = compress(rows);
  const group = parent.create_group(name);
  group.create_dataset({ name: 'barcodes', data: CELLS.slice(0, rows.length), dtype: 'S18' });
  group.create_dataset({ name: 'shape', data: Int32Array.of(rows[0].length, rows.length) });
  group.create_dataset({ name: 'indptr', data: BigInt64Array.from(indptr.map(BigInt)) });
  group.create_dataset({ name: 'indices', data: BigInt64Array.from(indices.map(BigInt)) });
  group.create_dataset({ name: 'data', data: Int32Array.from(data) });
  return group;
}

async function writeV2(name: string, genomes: string[]): Promise<string> {
  await h5wasm.ready;
  const h5 = new h5wasm.File(at(name), 'w');
  for (const genome of genomes) {
    const group = writeTenxMatrix(h5, genome, COUNTS);
    group.create_dataset({ name: 'genes', data: IDS, dtype: 'S18' });
    group.create_dataset({ name: 'gene_names', data: GENES, dtype: 'S18' });
  }
  h5.flush();
  h5.close();
  return at(name);
}

async function writeV3(name: string, types: string[], genomes: string[]): Promise<string> {
  await h5wasm.ready;
  const h5 = new h5wasm.File(at(name), 'w');
  const features = writeTenxMatrix(h5, 'matrix', COUNTS).create_group('features');
  features.create_dataset({ name: 'id', data: IDS, dtype: 'S18' });
  features.create_dataset({ name: 'name', data: GENES, dtype: 'S18' });
  features.create_dataset({ name: 'feature_type', data: types, dtype: 'S18' });
  features.create_dataset({ name: 'genome', data: genomes, dtype: 'S18' });
  h5.flush();
  h5.close();
  return at(name);
}

const EXPRESSION = GENES.map(() => 'Gene Expression');

describe('10x HDF5', () => {
  it('reads version 2', async () => {
    const file = await writeV2('v2.h5', ['hg19']);
    expect(await readRows(file, 'hg19')).toEqual(COUNTS);
    const open = await openFile(file);
    expect(open.genes('hg19')).toEqual({ names: GENES, ids: IDS, featureTypes: null });
    expect(open.cellIds()).toEqual(CELLS);
    open.close();
  });

  it('asks for the genome where version 2 holds several', async () => {
    const input = await writeV2('several.h5', ['GRCh38', 'mm10']);
    expect((await inspectFile(input)).warnings.join()).toMatch(/several genomes: GRCh38, mm10/);
    const start = (genome?: string) =>
      importDataset(ImportConfig.parse({ input: [input], genome }), resolver, new MemoryDatasetSink());
    await expect(start()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('GRCh38, mm10') as string,
    });
    await expect(start('hg18')).rejects.toMatchObject({ code: 'not-found' });
    expect(await start('GRCh38')).toMatchObject({ matrix: 'GRCh38', nGenes: 5 });
  });

  it('reads version 3 and leaves out what is no gene', async () => {
    const types = ['Gene Expression', 'Gene Expression', 'Antibody Capture', 'Gene Expression', 'Gene Expression'];
    const input = await writeV3(
      'v3.h5',
      types,
      GENES.map(() => 'GRCh38'),
    );
    const sink = new MemoryDatasetSink();
    const report = await importDataset(ImportConfig.parse({ input: [input] }), resolver, sink);
    expect(report).toMatchObject({ matrix: 'matrix', nGenes: 4, genesInFile: 4, countsKept: 1 });
    expect(report.warnings).toEqual([
      'Features that are not genes were left out: 1 Antibody Capture.',
      '1 cell has no counts.',
    ]);
    expect(sink.dataset().genes.map(({ symbol }) => symbol)).toEqual(['SPI1', 'GATA1', 'CEBPA', 'TBX21']);
  });

  it('reads one genome of a version 3 file with two', async () => {
    const genomes = ['GRCh38', 'GRCh38', 'mm10', 'mm10', 'mm10'];
    const input = await writeV3('two.h5', EXPRESSION, genomes);
    const start = (genome?: string) =>
      importDataset(ImportConfig.parse({ input: [input], genome }), resolver, new MemoryDatasetSink());
    await expect(start()).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await start('GRCh38')).toMatchObject({ nGenes: 2, genesInFile: 2 });
  });
});

function writeFolder(name: string, files: Record<string, string | Buffer>): string {
  mkdirSync(at(name));
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(at(name), file), content);
  return at(name);
}

/** Entries from the last cell to the first: order must not matter. */
function matrixText(rows: number[][], kind = 'integer'): string {
  const entries = rows.flatMap((row, cell) =>
    row.flatMap((value, gene) =>
      value === 0 ? [] : [`${gene + 1} ${cell + 1} ${kind === 'real' ? value.toExponential() : value}`],
    ),
  );
  const head = [
    `%%MatrixMarket matrix coordinate ${kind} general`,
    '% a comment',
    `${rows[0].length} ${rows.length} ${entries.length}`,
  ];
  return `${[...head, ...entries.reverse()].join('\n')}\n`;
}
const features = GENES.map((gene, i) => `${IDS[i]}\t${gene}\tGene Expression`).join('\n');
const barcodes = CELLS.join('\n');

describe('10x folder', () => {
  it.each([
    [
      'version 3, compressed',
      {
        'matrix.mtx.gz': gzipSync(matrixText(COUNTS)),
        'features.tsv.gz': gzipSync(features),
        'barcodes.tsv.gz': gzipSync(barcodes),
      },
    ],
    ['version 2, plain', { 'matrix.mtx': matrixText(COUNTS), 'genes.tsv': features, 'barcodes.tsv': `${barcodes}\n` }],
    [
      'real numbers, CRLF',
      {
        'matrix.mtx': matrixText(COUNTS, 'real').replaceAll('\n', '\r\n'),
        'genes.tsv': features.replaceAll('\n', '\r\n'),
        'barcodes.tsv': barcodes,
      },
    ],
    [
      'with a prefix',
      { 'GSM1_matrix.mtx': matrixText(COUNTS), 'GSM1_features.tsv': features, 'GSM1_barcodes.tsv': barcodes },
    ],
    [
      'no line end at the end',
      { 'matrix.mtx': matrixText(COUNTS).trimEnd(), 'features.tsv': features, 'barcodes.tsv': barcodes },
    ],
  ])('reads %s', async (name, files) => {
    const folder = writeFolder(name, files);
    expect(await readRows(folder, 'matrix')).toEqual(COUNTS);
    const version = Object.keys(files).some((file) => file.includes('features')) ? 'v3' : 'v2';
    expect((await inspectFile(folder)).description).toBe(`10x folder ${version}, human, raw counts, 4 cells × 5 genes`);
    expect(await readRows(path.join(folder, Object.keys(files)[0]), 'matrix')).toEqual(COUNTS);
  });

  const good = { 'matrix.mtx': matrixText(COUNTS), 'features.tsv': features, 'barcodes.tsv': barcodes };
  it.each<[string, Record<string, string | Buffer>, RegExp]>([
    [
      'UTF-16 features',
      { ...good, 'features.tsv': Buffer.from(`\uFEFF${features}`, 'utf16le') },
      /UTF-16 or binary, UTF-8 is expected/,
    ],
    ['a turned matrix', { ...good, 'features.tsv': barcodes, 'barcodes.tsv': features }, /turned around/],
    [
      'too few barcodes',
      { ...good, 'barcodes.tsv': CELLS.slice(1).join('\n') },
      /5 × 4, there are 5 genes and 3 barcodes/,
    ],
    [
      'a matrix that was cut off',
      { ...good, 'matrix.mtx': matrixText(COUNTS).slice(0, -6) },
      /announces 6, so it was cut off/,
    ],
    [
      'an entry outside',
      { ...good, 'matrix.mtx': matrixText(COUNTS).replace('5 4 6\n5 4 6', '5 4 6\n9 4 6') },
      /not "row column value" within 5 × 4/,
    ],
    [
      'an entry that is no number',
      { ...good, 'matrix.mtx': matrixText(COUNTS).replace('5 4 6\n5 4 6', '5 4 6\n5 4 x') },
      /not a number/,
    ],
    [
      'more entries than announced',
      { ...good, 'matrix.mtx': `${matrixText(COUNTS)}1 2 3\n` },
      /more entries than the 6/,
    ],
    [
      'another kind of matrix',
      { ...good, 'matrix.mtx': '%%MatrixMarket matrix array real general\n1 1\n1\n' },
      /first line/,
    ],
    [
      'an absurd shape',
      { ...good, 'matrix.mtx': '%%MatrixMarket matrix coordinate integer general\n5 4000000000 1\n1 1 1\n' },
      /absurd/,
    ],
    [
      'a gzip that was cut off',
      {
        'matrix.mtx.gz': gzipSync(matrixText(COUNTS)).subarray(0, 60),
        'features.tsv': features,
        'barcodes.tsv': barcodes,
      },
      /damaged or was cut off/,
    ],
  ])('refuses %s', async (name, files, message) => {
    const input = writeFolder(name, files);
    const promise = importDataset(
      ImportConfig.parse({ input: [input], species: 'human' }),
      resolver,
      new MemoryDatasetSink(),
    );
    await expect(promise).rejects.toMatchObject({
      name: 'WorkbenchError',
      code: 'data-format',
      message: expect.stringMatching(message) as string,
    });
  });

  it('says which file is missing', async () => {
    const folder = writeFolder('incomplete', { 'matrix.mtx': matrixText(COUNTS), 'barcodes.tsv': barcodes });
    await expect(inspectFile(folder)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('features.tsv or genes.tsv') as string,
    });
  });
});

it('a matrix stored by gene is transposed in blocks of bounded size', async () => {
  async function* entries() {
    const genes: number[] = [];
    const cells: number[] = [];
    const values: number[] = [];
    COUNTS[0].forEach((_, gene) =>
      COUNTS.forEach((row, cell) => {
        if (row[gene] === 0) return;
        genes.push(gene);
        cells.push(cell);
        values.push(row[gene]);
      }),
    );
    yield { genes, cells, values };
  }
  const rows: number[][] = [];
  let nChunks = 0;
  for await (const chunk of transposed({ file: 'x', matrix: 'X' }, 4, 5, entries, 2)) {
    nChunks++;
    for (let cell = 0; cell < chunk.nCells; cell++) {
      const row = [0, 0, 0, 0, 0];
      for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) row[chunk.indices[i]] = chunk.data[i];
      rows.push(row);
    }
  }
  expect(rows).toEqual(COUNTS);
  expect(nChunks).toBe(3);
});
