/** Blobs of a `dataset` artifact. Counts are kept twice: by cell for encoding, by gene for plots of one gene. */
export const DATASET_BLOBS = {
  /** JSON: Gene[] in column order. */
  genes: 'genes',
  /** JSON: string[]. */
  cellIds: 'cell-ids',
  /** JSON: StoredColumn[]. */
  obs: 'obs',
  /** float64, nCells + 1: where each cell's entries begin. */
  cellOffsets: 'counts/cell-offsets',
  /** Varints: of each cell its first gene index, then the steps to the next ones. */
  geneSteps: 'counts/gene-steps-by-cell',
  /** Varints: counts of each cell. */
  packedCounts: 'counts/packed-by-cell',
  /** float64, nCells + 1: the byte at which each cell begins in the two above. */
  geneStepOffsets: 'counts/gene-step-offsets',
  packedCountOffsets: 'counts/packed-count-offsets',
  /** float64, nBlocks + 1: first cell of each block of cells in which counts are kept by gene. */
  blockCells: 'counts/block-cells',
  /** Varints: of each gene of a block the first cell, then the steps to the next ones; cells count from the block's first. */
  cellSteps: 'counts/cell-steps-by-gene',
  /** Varints: counts in the same order. */
  packedByGene: 'counts/packed-by-gene',
  /**
   * float64, nBlocks × (nGenes + 1) × 3: entries before each gene of a block, and the bytes at which it begins in the two
   * above.
   */
  blockOffsets: 'counts/block-offsets',
  /** float64, nCells: total counts. */
  totals: 'totals',
  /** int32, nGenes: cells that express the gene. */
  detections: 'detections',
  /** JSON: GeneReportRow[], those with most counts first; absent in datasets of older versions. */
  geneReport: 'gene-report',
} as const;

/**
 * One number an entry: where datasets of the first version keep their counts. Values that are not whole lie there in
 * datasets of every version, in the order of the packed ones.
 */
export const PLAIN_COUNT_BLOBS = {
  /** int32: gene index of each entry, by cell. */
  genesByCell: 'counts/genes-by-cell',
  /** float32: count of each entry, by cell. */
  countsByCell: 'counts/by-cell',
  /** float64, nGenes + 1. */
  geneOffsets: 'counts/gene-offsets',
  /** int32: cell index of each entry, by gene. */
  geneCells: 'counts/cells-by-gene',
  /** float32: count of each entry, by gene. */
  geneCounts: 'counts/by-gene',
} as const;

/** A missing value is code -1, or null. */
export type StoredColumn =
  | { name: string; kind: 'categorical'; categories: string[]; codes: number[] }
  | { name: string; kind: 'number'; values: (number | null)[] }
  | { name: string; kind: 'text'; values: (string | null)[] };
