import { describe, expect, it } from 'vitest';
import { compareNatural, nameSamples, uniqueNames } from '#singlecell/io/samples/names.ts';

const trails = (...paths: string[]) => paths.map((one) => one.split('/'));

describe('names of samples', () => {
  it.each<[string, string[][], string[]]>([
    ['of one file', trails('data/pbmc3k.h5ad'), ['pbmc3k']],
    [
      'of Cell Ranger runs',
      trails('run/S1/outs/filtered_feature_bc_matrix', 'run/S2/outs/filtered_feature_bc_matrix.h5'),
      ['S1', 'S2'],
    ],
    [
      'of Cell Ranger 2 runs',
      trails('S1/outs/filtered_gene_bc_matrices/GRCh38', 'S2/outs/filtered_gene_bc_matrices/GRCh38'),
      ['S1', 'S2'],
    ],
    [
      'of cellranger multi',
      trails(
        'x/outs/per_sample_outs/ctrl/count/sample_filtered_feature_bc_matrix',
        'x/outs/per_sample_outs/stim/count/sample_filtered_feature_bc_matrix',
      ),
      ['ctrl', 'stim'],
    ],
    [
      'of GEO triplets',
      trails('GSE1/GSM1_donor1_matrix.mtx.gz', 'GSE1/GSM2_donor2_matrix.mtx.gz'),
      ['GSM1_donor1', 'GSM2_donor2'],
    ],
    [
      'of GEO HDF5 files',
      trails('GSM1_A_filtered_feature_bc_matrix.h5', 'GSM2_B_filtered_feature_bc_matrix.h5'),
      ['GSM1_A', 'GSM2_B'],
    ],
    ['that differ further up', trails('a/rna/counts.h5ad', 'b/rna/counts.h5ad'), ['a', 'b']],
    ['that need two parts', trails('a/x/1.h5ad', 'b/x/1.h5ad', 'b/x/2.h5ad'), ['a/x/1', 'b/x/1', 'b/x/2']],
    ['where nothing tells them', trails('outs/filtered_feature_bc_matrix'), ['filtered_feature_bc_matrix']],
    ['of the same name beside each other', trails('a/s.h5ad', 'a/s.csv'), ['s', 's 2']],
  ])('%s', (_, given, names) => {
    expect(nameSamples(given)).toEqual(names);
  });

  it('are never the same', () => {
    expect(uniqueNames(['a', 'a', 'a 2', 'b'])).toEqual(['a', 'a 2', 'a 2 2', 'b']);
  });

  it('sort as a person sorts', () => {
    expect(['S10', 's1', 'S2', 'S1'].sort(compareNatural)).toEqual(['s1', 'S1', 'S2', 'S10']);
  });
});
