/** Writes resources/demo/manifest.json: what lies in the folder, whose it is and its hash. Usage: node build/make-demo-manifest.ts */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..', 'resources', 'demo');
const zheng = {
  name: 'Bead-sorted human blood cells (10x Genomics)',
  version: '2017',
  licence: 'CC-BY-4.0',
  credit:
    'Zheng GXY et al. Massively parallel digital transcriptional profiling of single cells. Nat Commun 2017;8:14049. Data: 10x Genomics. The h5ad file is from a BSD-2-Clause repository.',
  url: 'https://www.10xgenomics.com/datasets',
};
const regulators = {
  name: 'Known regulators of blood cell fates',
  version: '1',
  licence: 'MIT',
  credit: 'Compiled for this project from textbook consensus; no single citable table exists.',
  url: '',
};
const files = [
  {
    name: 'zheng_pbmc_facs_human.h5ad',
    what: '3,874 cells × 16,791 genes, raw counts; obs/cell_type has 10 bead-sorted types, 701 cells are CD34+ progenitors',
    sources: [zheng],
  },
  { name: 'zheng_pbmc_facs_human.genes.tsv.gz', what: 'Symbols of its Ensembl ids, of the time', sources: [zheng] },
  {
    name: 'human_blood_lineage_regulators.tsv',
    what: 'Ground truth: factors that promote a fate, by start and goal state',
    sources: [regulators],
  },
];
const manifest = {
  version: 1,
  madeBy: 'build/make-demo-manifest.ts',
  files: files.map((file) => {
    const bytes = readFileSync(path.join(folder, file.name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { name: file.name, what: file.what, sizeBytes: bytes.length, sha256, sources: file.sources };
  }),
};
writeFileSync(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
