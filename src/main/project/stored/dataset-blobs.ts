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
  /** float64, nCells: total counts. */
  totals: 'totals',
  /** int32, nGenes: cells that express the gene. */
  detections: 'detections',
  /** JSON: GeneReportRow[], those with most counts first; absent in datasets of older versions. */
  geneReport: 'gene-report',
} as const;

/** A missing value is code -1, or null. */
export type StoredColumn =
  | { name: string; kind: 'categorical'; categories: string[]; codes: number[] }
  | { name: string; kind: 'number'; values: (number | null)[] }
  | { name: string; kind: 'text'; values: (string | null)[] };
