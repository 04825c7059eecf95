import { memoryCounts } from '#singlecell/count-source.ts';
import type { Dataset } from '#singlecell/types.ts';
import { makeCells } from '../../support/make-cells.ts';

/** Measured, a transcription factor, and expressed by no cell. */
export const SILENT_GENE = { id: 'ENSG00000125798', symbol: 'FOXA2' };

/** Two states in 120 cells, a column with a single class, and a gene that no cell expresses. */
export function faultyCells({ nCells = 120 } = {}): Dataset {
  const cells = makeCells({ nCells, nGenes: 120, nDonors: 4, states: ['progenitor', 'mature'], seed: 7 });
  const { indptr, indices, data } = cells.counts.rows(0, nCells);
  return {
    ...cells,
    genes: [...cells.genes, SILENT_GENE],
    counts: memoryCounts({ nGenes: cells.genes.length + 1, indptr, indices, data }),
    obs: [...cells.obs, { name: 'tissue', kind: 'categorical', categories: ['marrow'], codes: new Int32Array(nCells) }],
  };
}

/** The same cells with other values, for example normalised ones. */
export function withValues(dataset: Dataset, change: (value: number) => number): Dataset {
  const { indptr, indices, data } = dataset.counts.rows(0, dataset.counts.nCells);
  return {
    ...dataset,
    counts: memoryCounts({ nGenes: dataset.counts.nGenes, indptr, indices, data: data.map(change) }),
  };
}
