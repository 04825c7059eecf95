import { dataset, N_CELLS } from './fake-data.ts';

/** What inspection tells of a made-up file. */
export const inspection = {
  path: '/data/pancreas.h5ad',
  format: 'h5ad' as const,
  description: `AnnData h5ad, mouse, raw counts, ${N_CELLS.toLocaleString('en')} cells × 17,750 genes`,
  nCells: N_CELLS,
  nGenes: 17_750,
  matrices: [
    { name: 'X', content: 'counts' as const, storage: 'csr' as const },
    { name: 'layers/spliced', content: 'counts' as const, storage: 'csr' as const },
    { name: 'layers/logcounts', content: 'normalized' as const, storage: 'dense' as const },
  ],
  species: 'mouse' as const,
  obsColumns: dataset.obsColumns,
  suggestedRoles: { label: 'clusters', donor: 'embryo', sample: null, batch: null, condition: null },
  warnings: [],
  samples: [],
  sampleColumn: null,
  geneOverlap: null,
  mixture: null,
};
