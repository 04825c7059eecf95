import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImportConfig } from '#shared/domain/dataset.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';
import { MemoryDatasetSink } from '#singlecell/io/dataset-sink.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { inspectFile, openFile } from '#singlecell/io/open.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const data = path.join(root, '..', 'shared', 'data');
const isAbsent = !existsSync(data);
const reason = isAbsent ? ' (skipped: ../shared/data is not on this machine)' : '';

interface Expected {
  file: string;
  matrix: string;
  nCells: number;
  nGenes: number;
  nEntries: number;
  sum: number;
  byCell: number;
  byGene: number;
}
const row = (
  file: string,
  matrix: string,
  [nCells, nGenes]: [number, number],
  nEntries: number,
  sum: number,
  byCell: number,
  byGene: number,
): Expected => ({ file, matrix, nCells, nGenes, nEntries, sum, byCell, byGene });

// h5py 3.7.0, scipy 1.10.1, numpy 1.24.2: non-zero entries, sum, Σ cell sum · (cell mod 97 + 1), Σ gene sum · (gene mod 89 + 1).
const EXPECTED: Expected[] = [
  row('cells/baron_pancreas_human_mouse.h5ad', 'X', [350, 12474], 559960, 1595223, 74756156, 67384164),
  row('cells/jaitin_spleen_mouse.h5ad', 'X', [4395, 20190], 2537689, 11631593, 567744178, 576922067),
  row('cells/kang_ifnb_pbmc_human.h5ad', 'X', [2000, 9015], 1129806, 3081827, 150335802, 130875931),
  row('cells/neurons_e18_mouse.h5ad', 'X', [104, 27998], 258812, 862457, 39190561, 39934440),
  row('cells/pbmc3k_human.h5ad', 'X', [2700, 32738], 2286884, 6390631, 313843405, 272751473),
  row('cells/zheng_pbmc_facs_human.h5ad', 'X', [3874, 16791], 2767251, 7675054, 372130212, 335840060),
  row('import-fixtures/1.2.0__filtered_gene_bc_matrices_h5.h5', 'hg19_chr21', [12, 343], 12, 12, 78, 474),
  row('import-fixtures/1.2.0__multiple_genomes.h5', 'another_genome', [12, 343], 12, 13, 81, 490),
  row('import-fixtures/3.0.0__filtered_feature_bc_matrix.h5', 'matrix', [1107, 507], 23866, 41549, 2020723, 2104860),
  row('import-fixtures/rliger_ctrl_10x.h5', 'matrix', [300, 266], 26441, 323389, 15142254, 11448468),
  row('import-fixtures/10x-mtx', 'matrix', [1107, 507], 23866, 41549, 2020723, 2104860),
  row('import-fixtures/cellrank_50cells_layers.h5ad', 'layers/ambiguous', [50, 143], 2497, 7719, 181230, 285281),
];

describe.skipIf(isAbsent)(`real files${reason}`, () => {
  let resolver: GeneResolver;
  beforeAll(async () => {
    resolver = await GeneResolver.load(path.join(root, 'resources'));
  });
  const importFile = (file: string, config: object = {}) => {
    const sink = new MemoryDatasetSink();
    const parsed = ImportConfig.parse({ input: [path.join(data, file)], ...config });
    return importDataset(parsed, resolver, sink).then((report) => ({ report, dataset: sink.dataset() }));
  };

  it.each(EXPECTED)('$file $matrix is read entry for entry', async (expected) => {
    const open = await openFile(path.join(data, expected.file));
    const found = { nEntries: 0, sum: 0, byCell: 0, byGene: 0 };
    for await (const chunk of open.chunks(expected.matrix)) {
      for (let cell = 0; cell < chunk.nCells; cell++) {
        for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) {
          found.nEntries++;
          found.sum += chunk.data[i];
          found.byCell += chunk.data[i] * (((chunk.start + cell) % 97) + 1);
          found.byGene += chunk.data[i] * ((chunk.indices[i] % 89) + 1);
        }
      }
    }
    const { nCells, nGenes } = open.matrices.find(({ name }) => name === expected.matrix)!;
    open.close();
    expect({ file: expected.file, matrix: expected.matrix, nCells, nGenes, ...found }).toEqual(expected);
  });

  it.each([
    ['cells/neurons_e18_mouse.h5ad', 'mouse'],
    ['cells/bm_stroma_matsushita_mouse.h5ad', 'mouse'],
    ['cells/pancreas_endocrinogenesis_spliced_mouse.h5ad', 'mouse'],
    ['cells/camp_fetal_cortex_human.h5ad', 'human'],
    ['cells/scmixology_sc_dropseq_human.h5ad', 'human'],
    ['cells/tenx_1k_PBMC_v3_filt_human.h5ad', 'human'],
  ])('%s is told to be %s, and few counts are lost', async (file, species) => {
    expect((await inspectFile(path.join(data, file))).species).toBe(species);
    const { report } = await importFile(file);
    expect(report.species).toBe(species);
    expect(report.countsKept).toBeGreaterThan(0.95);
    expect(report.genesMatched + report.genesMissing + report.genesAmbiguous).toBe(report.genesInFile);
  });

  it('old mouse symbols: dates are read as genes, spike-ins are left out', async () => {
    const { report, dataset } = await importFile('cells/jaitin_spleen_mouse.h5ad', { labelColumn: 'group_name' });
    expect(report.genesMatchedBy['excel-date']).toBe(18);
    expect(report.warnings.join()).toMatch(/83 spike-in controls/);
    expect(report.countsKept).toBeGreaterThan(0.9);
    expect(report.labelColumns[0]).toBe('group_name');
    expect(dataset.genes.some(({ symbol }) => symbol === 'Septin7')).toBe(true);
  });

  it('human names for cells of two species: refused unasked, read as one species with a warning', async () => {
    const file = 'cells/baron_pancreas_human_mouse.h5ad';
    await expect(importFile(file)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('obs/species says that it holds human and mouse cells') as string,
    });
    const { report, dataset } = await importFile(file, { species: 'human' });
    expect(report.warnings.join()).toMatch(/obs\/species says that the cells are human and mouse/);
    expect(report.nCells).toBe(350);
    expect(dataset.genes.some(({ symbol }) => symbol === 'NKX6-1')).toBe(true);
    expect(report.countsKept).toBeGreaterThan(0.999);
  });

  it('a file with normalised layers only is refused, its counts of a part are not taken unasked', async () => {
    await expect(importFile('import-fixtures/cellrank_50cells_layers.h5ad')).rejects.toMatchObject({
      code: 'data-format',
      message: expect.stringContaining('layers/ambiguous holds counts of a part') as string,
    });
  });
});
