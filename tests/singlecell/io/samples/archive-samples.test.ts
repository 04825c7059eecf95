import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { discover } from '#singlecell/io/samples/discover.ts';
import { inspectInputs } from '#singlecell/io/samples/inspect-inputs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeH5ad } from '../support/write-h5ad.ts';
import { tarOf, type TarContent } from '../support/write-tar.ts';
import { zipOf } from '../support/write-zip.ts';

const at = tempFolder();
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', '..', 'resources'));
}, 120_000);

const GENES = [
  ['ENSG00000066336', 'SPI1'],
  ['ENSG00000102145', 'GATA1'],
  ['ENSG00000196092', 'PAX5'],
];

function mtx(prefix: string, n: number): TarContent[] {
  const lines = `%%MatrixMarket matrix coordinate integer general\n3 2 3\n1 1 ${n}\n2 1 1\n3 2 ${n}\n`;
  return [
    { name: `${prefix}matrix.mtx.gz`, content: gzipSync(lines) },
    {
      name: `${prefix}features.tsv.gz`,
      content: gzipSync(GENES.map((gene) => `${gene.join('\t')}\tGene Expression\n`).join('')),
    },
    { name: `${prefix}barcodes.tsv.gz`, content: gzipSync('AAACCTGAGAAACCAT-1\nAAACCTGAGAAACCGC-1\n') },
  ];
}

const table = (n: number): string =>
  `gene,CCACCTGAGAAACCAT-1,CCACCTGAGAAACCGC-1\n${GENES.map(([, symbol], g) => `${symbol},${n},${g}`).join('\n')}\n`;

describe('samples in archives', () => {
  it('a supplement of GEO: flat files of several samples, compressed one by one', async () => {
    const file = at('GSE100_RAW.tar');
    writeFileSync(
      file,
      await tarOf([...mtx('GSM1_ctrl_', 5), ...mtx('GSM2_stim_', 7), { name: 'GSM3_notes.md', content: 'words' }]),
    );
    const { samples, notes } = await discover([file]);
    expect(samples.map(({ name, reader }) => [name, reader?.format])).toEqual([
      ['GSM1_ctrl', '10x-mtx'],
      ['GSM2_stim', '10x-mtx'],
    ]);
    expect(notes).toEqual(['1 other file was left out: GSM3_notes.md.']);
    const inspection = await inspectInputs([file], resolver);
    expect([inspection.nCells, inspection.samples.length, inspection.species]).toEqual([4, 2, 'human']);
    const sink = new MemoryDatasetSink();
    const report = await importDataset(ImportConfig.parse({ input: [file] }), resolver, sink);
    expect([report.nCells, report.nGenes, report.samples.map(({ nCells }) => nCells)]).toEqual([4, 3, [2, 2]]);
    const { data } = sink.dataset().counts.rows(0, 4);
    expect([...data]).toEqual([5, 1, 5, 7, 1, 7]);
  });

  it('a supplement of GEO with archives, tables and HDF5 in it', async () => {
    const h5ad = readFileSync(await writeH5ad(at('cells.h5ad')));
    const file = at('GSE200_RAW.tar');
    writeFileSync(
      file,
      await tarOf([
        { name: 'GSM1_a.tar.gz', content: gzipSync(await tarOf(mtx('filtered_feature_bc_matrix/', 3))) },
        { name: 'GSM2_b.h5ad.gz', content: gzipSync(h5ad) },
        { name: 'GSM3_c.zip', content: zipOf(mtx('', 4)) },
      ]),
    );
    const { samples } = await discover([file]);
    expect(samples.map(({ name, reader, place }) => [name, reader?.format, place.path])).toEqual([
      ['GSM1_a', '10x-mtx', null],
      ['GSM2_b', 'h5ad', null],
      ['GSM3_c', '10x-mtx', null],
    ]);
    const sink = new MemoryDatasetSink();
    const report = await importDataset(ImportConfig.parse({ input: [file], genes: 'union' }), resolver, sink);
    expect([report.nCells, report.samples.map(({ nCells }) => nCells)]).toEqual([8, [2, 4, 2]]);
  });

  it('tables: one compressed, several in a zip', async () => {
    writeFileSync(at('counts.csv.gz'), gzipSync(table(2)));
    writeFileSync(
      at('tables.zip'),
      zipOf([
        { name: 'S1.csv', content: table(3) },
        { name: 'S2.csv.gz', content: gzipSync(table(4)) },
      ]),
    );
    const report = await importDataset(
      ImportConfig.parse({ input: [at('counts.csv.gz'), at('tables.zip')] }),
      resolver,
      new MemoryDatasetSink(),
    );
    expect(report.samples.map(({ name, format, nCells }) => [name, format, nCells])).toEqual([
      ['counts', 'delimited', 2],
      ['S1', 'delimited', 2],
      ['S2', 'delimited', 2],
    ]);
  });

  it('an archive beside the folder it was unpacked to counts once', async () => {
    mkdirSync(at('both/S1'), { recursive: true });
    writeFileSync(at('both/S1/counts.csv'), table(1));
    writeFileSync(at('both/S1.zip'), zipOf([{ name: 'counts.csv', content: table(1) }]));
    writeFileSync(at('both/S2.zip'), zipOf([{ name: 'counts.csv', content: table(2) }]));
    const { samples, notes } = await discover([at('both')]);
    expect(samples.map(({ name }) => name)).toEqual(['S1', 'S2']);
    expect(notes).toEqual(['1 other file was left out: S1.zip.']);
  });

  it('a folder of tables with notes beside them', async () => {
    mkdirSync(at('notes'));
    writeFileSync(at('notes/S1.csv'), table(1));
    writeFileSync(at('notes/S2.csv'), table(2));
    writeFileSync(at('notes/README.txt'), 'How these were made, in words.\nAnd, again, in words.\n');
    const { samples, notes } = await discover([at('notes')]);
    expect(samples.map(({ name }) => name)).toEqual(['S1', 'S2']);
    expect(notes).toEqual(['1 other file was left out: README.txt.']);
  });

  it('one that cannot be read says why, also among others', async () => {
    writeFileSync(at('evil.zip'), zipOf([{ name: '../up.csv', content: table(1) }]));
    await expect(inspectInputs([at('evil.zip')], resolver)).rejects.toThrow('names a file outside itself');
    writeFileSync(at('empty.zip'), zipOf([{ name: 'notes.md', content: 'words' }]));
    await expect(inspectInputs([at('empty.zip')], resolver)).rejects.toThrow('nothing in it is a dataset of cells');
    const both = await inspectInputs([at('counts.csv.gz'), at('evil.zip')], resolver);
    expect(both.samples.map(({ error }) => error === null)).toEqual([true, false]);
  });
});
