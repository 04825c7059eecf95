import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { discover } from '#singlecell/io/samples/discover.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeH5ad } from '../support/write-h5ad.ts';
import { writeMtx, type MtxSpec } from '../support/write-mtx.ts';

const at = tempFolder();
const SPEC: MtxSpec = { cells: ['AAAC-1'], genes: [['ENSG00000066336', 'SPI1']], rows: [[2]] };
const mtx = (folder: string, prefix = '') => writeMtx(at(folder), { ...SPEC, prefix });
const found = async (...inputs: string[]) => {
  const { samples, notes } = await discover(inputs);
  return {
    names: samples.map(({ name }) => name),
    formats: samples.map(({ reader }) => reader?.format ?? null),
    notes,
  };
};

describe('discovery', () => {
  it('a folder of Cell Ranger runs: filtered matrices by sample, raw ones and results left out', async () => {
    for (const sample of ['S10', 'S2']) {
      mtx(`runs/${sample}/outs/filtered_feature_bc_matrix`);
      mtx(`runs/${sample}/outs/raw_feature_bc_matrix`);
      mtx(`runs/${sample}/outs/analysis/clusters`);
      writeFileSync(at(`runs/${sample}/outs/metrics_summary.csv`), 'a,b\n1,2\n');
      writeFileSync(at(`runs/${sample}/outs/web_summary.html`), '<html>');
    }
    const { names, formats, notes } = await found(at('runs'));
    expect({ names, formats }).toEqual({ names: ['S2', 'S10'], formats: ['10x-mtx', '10x-mtx'] });
    expect(notes).toEqual([
      '2 matrices of all droplets, empty ones included, lie beside the filtered ones and were left out: raw_feature_bc_matrix (2).',
      '4 other files were left out: metrics_summary.csv (2), web_summary.html (2).',
    ]);
  });

  it('cellranger multi: the raw matrix of all samples goes, the filtered one of each stays', async () => {
    for (const sample of ['ctrl', 'stim'])
      mtx(`multi/outs/per_sample_outs/${sample}/count/sample_filtered_feature_bc_matrix`);
    mtx('multi/outs/multi/count/raw_feature_bc_matrix');
    const { names, notes } = await found(at('multi'));
    expect(names).toEqual(['ctrl', 'stim']);
    expect(notes.join()).toMatch(/^1 matrix of all droplets/);
  });

  it('a raw matrix by itself is a sample', async () => {
    mtx('alone/raw_feature_bc_matrix');
    const { samples } = await discover([at('alone')]);
    expect(samples.map(({ name, isRaw }) => [name, isRaw])).toEqual([['alone', true]]);
  });

  it('triplets with prefixes beside each other, and a file of another format', async () => {
    mtx('geo', 'GSM1_donor1_');
    mtx('geo', 'GSM2_donor2_');
    await writeH5ad(at('geo/GSM3_donor3.h5ad'));
    writeFileSync(at('geo/README.txt'), 'hello');
    writeFileSync(at('geo/.DS_Store'), 'x');
    const { names, formats, notes } = await found(at('geo'));
    expect(names).toEqual(['GSM1_donor1', 'GSM2_donor2', 'GSM3_donor3']);
    expect(formats).toEqual(['10x-mtx', '10x-mtx', 'h5ad']);
    expect(notes).toEqual(['1 other file was left out: README.txt.']);
  });

  it('the three files of a triplet, chosen one by one, are one sample; what is chosen twice is read once', async () => {
    mtx('picked');
    const files = ['barcodes.tsv', 'matrix.mtx', 'features.tsv'].map((name) => path.join(at('picked'), name));
    expect(await found(...files)).toEqual({ names: ['picked'], formats: ['10x-mtx'], notes: [] });
    expect(await found(at('picked'), at('picked'))).toEqual({
      names: ['picked'],
      formats: ['10x-mtx'],
      notes: ['Chosen more than once, read once: picked.'],
    });
  });

  it('inputs keep their order, samples within one are sorted', async () => {
    mtx('order/b/2');
    mtx('order/b/10');
    mtx('order/a');
    expect((await found(at('order/b'), at('order/a'))).names).toEqual(['2', '10', 'a']);
  });

  it('links that lead in circles and to what was seen end', async () => {
    mtx('links/S1');
    symlinkSync(at('links'), at('links/S1-loop'));
    symlinkSync(at('links/S1'), at('links/same'));
    symlinkSync(at('nowhere'), at('links/broken'));
    expect((await found(at('links'))).names).toEqual(['S1']);
  });

  it('a damaged file is a sample that cannot be read, a foreign one is left out', async () => {
    mtx('mixed/good');
    writeFileSync(at('mixed/bad.h5ad'), 'not HDF5');
    writeFileSync(at('mixed/notes.docx'), 'PK');
    const { names, formats, notes } = await found(at('mixed'));
    expect({ names, formats }).toEqual({ names: ['bad', 'good'], formats: [null, '10x-mtx'] });
    expect(notes.join()).toMatch(/notes\.docx/);
  });

  it('goes five folders deep', async () => {
    mtx('deep/1/2/3/4/5');
    mtx('deep/1/2/3/4/x/6');
    expect((await found(at('deep'))).names).toEqual(['5']);
  });

  it('a folder without data is one sample that cannot be read; too many files are refused', async () => {
    mkdirSync(at('empty'));
    expect(await found(at('empty'))).toEqual({ names: ['empty'], formats: [null], notes: [] });
    await expect(discover([at('absent')])).rejects.toMatchObject({ code: 'not-found' });
  });
});
