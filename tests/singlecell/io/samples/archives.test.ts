import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
import { writeMtx } from '../support/write-mtx.ts';
import { zipOf } from '../support/write-zip.ts';

const at = tempFolder();
let resolver: GeneResolver;
beforeAll(async () => {
  resolver = await GeneResolver.load(path.join(import.meta.dirname, '..', '..', '..', '..', 'resources'));
}, 60_000);

const GENES = [
  ['ENSG00000066336', 'SPI1'],
  ['ENSG00000102145', 'GATA1'],
] as const;
const spec = (value: number, prefix = '') => ({ cells: [`c${value}`], genes: GENES, rows: [[value, 1]], prefix });

async function importAll(...input: string[]) {
  const sink = new MemoryDatasetSink();
  const report = await importDataset(ImportConfig.parse({ input }), resolver, sink);
  return { report, dataset: sink.dataset() };
}
const counts = ({ dataset }: Awaited<ReturnType<typeof importAll>>) => [
  ...dataset.counts.rows(0, dataset.cellIds.length).data,
];
const names = ({ report }: Awaited<ReturnType<typeof importAll>>) => report.samples.map(({ name }) => name);

describe('samples in archives', () => {
  it('triplets with prefixes in one tar, as GEO hands them out', async () => {
    mkdirSync(at('geo'));
    for (const [value, prefix] of [
      [3, 'GSM1_ctrl_'],
      [4, 'GSM2_stim_'],
    ] as const)
      writeMtx(at('geo'), { ...spec(value, prefix), isGzip: true });
    execFileSync('tar', ['-cf', at('GSE1_RAW.tar'), '-C', at('geo'), ...readdirSync(at('geo'))]);
    const made = await importAll(at('GSE1_RAW.tar'));
    expect(names(made)).toEqual(['GSM1_ctrl', 'GSM2_stim']);
    expect(counts(made)).toEqual([3, 1, 4, 1]);
    const { description, samples } = await inspectInputs([at('GSE1_RAW.tar')], resolver);
    expect(description).toBe('10x folder v3, 2 samples, human, raw counts, 2 cells × 2 genes');
    expect(samples.map(({ path: inside }) => inside)).toEqual([null, null]);
  });

  it('runs of Cell Ranger in one zip, and a zip beside a folder', async () => {
    const folder = writeMtx(at('S9'), spec(9));
    const files = readdirSync(folder).flatMap((name) =>
      ['S1', 'S2'].map((sample) => ({
        name: `runs/${sample}/outs/filtered_feature_bc_matrix/${name}`,
        content: readFileSync(path.join(folder, name)),
      })),
    );
    writeFileSync(at('runs.zip'), zipOf(files));
    const made = await importAll(at('runs.zip'), folder);
    expect(names(made)).toEqual(['S1', 'S2', 'S9']);
    expect(counts(made)).toEqual([9, 1, 9, 1, 9, 1]);
    expect(made.dataset.cellIds).toEqual(['S1_c9', 'S2_c9', 'S9_c9']);
  });

  it('archives and compressed files in a folder; what is unpacked beside its archive counts once', async () => {
    const folder = writeMtx(at('all/S1'), spec(1));
    const zip = zipOf(readdirSync(folder).map((name) => ({ name, content: readFileSync(path.join(folder, name)) })));
    writeFileSync(at('all/S1.zip'), zip);
    writeFileSync(at('all/S2.zip'), zip);
    writeFileSync(at('all/S3.h5ad.gz'), gzipSync(readFileSync(await writeH5ad(at('S3.h5ad')))));
    const { samples, notes } = await discover([at('all')]);
    expect(samples.map(({ name, reader }) => [name, reader?.format])).toEqual([
      ['S1', '10x-mtx'],
      ['S2', '10x-mtx'],
      ['S3', 'h5ad'],
    ]);
    expect(notes).toEqual(['1 other file was left out: S1.zip.']);
    expect((await importAll(at('all'))).report.nCells).toBe(6);
  });

  it('a damaged archive is a sample that cannot be read', async () => {
    writeMtx(at('part/S1'), spec(1));
    writeFileSync(at('part/S2.zip'), zipOf([{ name: 'matrix.mtx', content: 'x'.repeat(500) }]).subarray(0, 60));
    const found = await inspectInputs([at('part')], resolver);
    expect(found.samples.map(({ name, error }) => [name, error === null])).toEqual([
      ['S1', true],
      ['S2', false],
    ]);
    await expect(importAll(at('part'))).rejects.toMatchObject({ code: 'data-format' });
  });
});
